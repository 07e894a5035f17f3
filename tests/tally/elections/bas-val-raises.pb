META
key;value
description;A fictional election where equal shares leave money, which raising the shares spends in part
country;France
unit;Bas-Val
instance;2031
num_projects;5
num_votes;4
budget;100
vote_type;approval
rule;equalshares/add1
date_begin;2031
date_end;2031
currency;EUR
PROJECTS
project_id;cost;votes;name
piano;40;2;Le piano du hall
quiz;30;1;Le quiz du jeudi
radio;28;1;La radio du campus
scene;8;1;Une petite scène
train;20;1;Le train des bibliothèques
VOTES
voter_id;vote
1;piano,scene
2;piano,train
3;quiz
4;radio
