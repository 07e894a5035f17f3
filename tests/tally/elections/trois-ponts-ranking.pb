META
key;value
description;A fictional election by ranking: three places count 3, 2 and 1, also on a ballot that fills one
country;France
unit;Trois-Ponts
instance;2031
num_projects;3
num_votes;4
budget;20
vote_type;ordinal
rule;greedy
date_begin;2031
date_end;2031
max_length;3
currency;EUR
PROJECTS
project_id;cost;name
nord;10;Le pont des lectures
sud;10;Le pont des musiques
est;10;Le pont des jeux
VOTES
voter_id;vote
1;nord,sud,est
2;sud,nord
3;est
4;est,sud
