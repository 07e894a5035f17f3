META
key;value
description;A fictional round with a cap, a group of which one, a requirement and partial funding
country;France
unit;Deux-Rives
instance;2031
num_projects;6
num_votes;9
budget;80
vote_type;approval
rule;greedy
date_begin;2031
date_end;2031
currency;EUR
tie_break;rulebook
tie_seed;c0ffee
tie_round;deux-rives
caps;est:40
partial_funding;1
PROJECTS
project_id;cost;votes;name;caps;groups;requires;partial_minimum
kiosque;30;9;Un kiosque;est;kiosques;;
kiosquet;25;8;Un petit kiosque;;kiosques;;
fresque;20;7;La fresque du mur;;;mur;
jardin;30;6;Un jardin;est;;;
mur;10;4;Un mur à peindre;;;;
bancs;60;3;Vingt bancs;;;;20
VOTES
voter_id;vote
1;kiosque,kiosquet,fresque,jardin,mur,bancs
2;kiosque,kiosquet,fresque,jardin,mur,bancs
3;kiosque,kiosquet,fresque,jardin,mur,bancs
4;kiosque,kiosquet,fresque,jardin,mur
5;kiosque,kiosquet,fresque,jardin
6;kiosque,kiosquet,fresque,jardin
7;kiosque,kiosquet,fresque
8;kiosque,kiosquet
9;kiosque
