META
key;value
description;A fictional election where votes for each euro and votes choose differently, with two exactly equal ratios
country;France
unit;Belle-Isle
instance;2031
num_projects;3
num_votes;10
budget;100
vote_type;approval
rule;greedy
date_begin;2031
date_end;2031
currency;EUR
PROJECTS
project_id;cost;votes;name
phare;80;8;La lampe du phare
digue;40;6;Des bancs sur la digue
marais;50;5;Le sentier du marais
VOTES
voter_id;vote
1;phare,digue,marais
2;phare,digue,marais
3;phare,digue,marais
4;phare,digue,marais
5;phare,digue
6;phare,digue
7;phare
8;phare
9;marais
10;
