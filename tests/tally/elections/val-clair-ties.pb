META
key;value
description;A fictional election where all is equal: the cheapest comes first, then a lot decides
country;France
unit;Val-Clair
instance;2031
num_projects;4
num_votes;4
budget;30
vote_type;scoring
rule;greedy
date_begin;2031
date_end;2031
currency;EUR
PROJECTS
project_id;cost;name
10;12;La salle des dix heures
9;12;La salle des neuf heures
8;12;La salle des huit heures
7;6;La petite salle
VOTES
voter_id;vote;points
1;10;2
2;9;2
3;8;2
4;7;2
