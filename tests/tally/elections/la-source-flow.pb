META
key;value
description;A fictional election by sequential Phragmén, which stops at the first project that no longer fits
country;France
unit;La Source
instance;2031
num_projects;5
num_votes;5
budget;100
vote_type;approval
rule;phragmen
date_begin;2031
date_end;2031
currency;EUR
PROJECTS
project_id;cost;votes;name
abri;30;3;Un abri pour les vélos
buvette;30;2;La buvette d’été
chorale;25;1;La chorale du soir
dojo;40;2;Un dojo
epi;10;1;Un épi de blé en fer
VOTES
voter_id;vote
1;abri,dojo
2;abri,dojo
3;abri,buvette
4;buvette
5;chorale,epi
