META
key;value
description;A fictional election by points: the project with fewer supporters has the higher score
country;France
unit;Lac-Bleu
instance;2031
num_projects;3
num_votes;4
budget;50
vote_type;cumulative
rule;greedy
date_begin;2031
date_end;2031
max_sum_points;6
currency;EUR
PROJECTS
project_id;cost;votes;score;name;selected
phare;30;2;11;Le phare de poche;1
quai;30;3;10;Le quai aux livres;0
banc;20;1;3;Le banc des amis;1
VOTES
voter_id;vote;points
1;phare,quai;5,1
2;phare;6
3;quai,banc;3,3
4;quai;6
