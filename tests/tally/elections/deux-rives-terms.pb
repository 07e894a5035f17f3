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
comment;#1: terms of the count for participatory tally #2: tie_break=rulebook #3: tie_seed=c0ffee #4: tie_round=deux-rives #5: caps=est:40 #6: cap.est=jardin,kiosque #7: group.kiosques=kiosque,kiosquet #8: requires.fresque=mur #9: partial_funding=1 #10: partial.bancs=20
PROJECTS
project_id;cost;votes;name
kiosque;30;9;Un kiosque
kiosquet;25;8;Un petit kiosque
fresque;20;7;La fresque du mur
jardin;30;6;Un jardin
mur;10;4;Un mur à peindre
bancs;60;3;Vingt bancs
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
