META
key;value
description;A fictional round where a floor of 40 % for small university towns changes who wins
country;France
unit;Rives-de-Garonne
instance;2031
num_projects;5
num_votes;9
budget;100000
vote_type;approval
rule;greedy
min_length;1
max_length;3
currency;EUR
date_begin;01.10.2031
date_end;31.10.2031
language;fr
PROJECTS
project_id;cost;name;category
velos;45000;Un atelier vélo sous la passerelle;sport
epicerie;40000;L’épicerie solidaire du campus nord;alimentation
concert;15000;Le concert de la rentrée;culture
jardin;25000;Le jardin partagé de Valmorel;alimentation
navette;20000;La navette du vendredi soir à Valmorel;accueil
VOTES
voter_id;vote;district
1;velos,epicerie,concert;Grande-Rive
2;velos,epicerie;Grande-Rive
3;velos,concert;Grande-Rive
4;velos,epicerie,concert;Grande-Rive
5;epicerie,velos;Grande-Rive
6;epicerie,concert;Grande-Rive
7;jardin,navette;Valmorel
8;jardin;Valmorel
9;navette,jardin,velos;Valmorel
