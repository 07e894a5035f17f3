META
key;value
description;A fictional election where four people agree on everything and equal shares leave two others their part
country;France
unit;Haut-Val
instance;2031
num_projects;4
num_votes;6
budget;120
vote_type;approval
rule;equalshares
date_begin;2031
date_end;2031
currency;EUR
PROJECTS
project_id;cost;votes;name
atelier;60;4;Un atelier de couture
ballon;60;4;Un terrain de ballon
cabane;36;2;La cabane à livres
drapeau;6;2;Le drapeau de la fête
VOTES
voter_id;vote
1;atelier,ballon,drapeau
2;atelier,ballon
3;atelier,ballon
4;atelier,ballon
5;cabane
6;cabane,drapeau
