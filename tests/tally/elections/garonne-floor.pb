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
date_begin;01.10.2031
date_end;31.10.2031
min_length;1
max_length;3
language;fr
currency;EUR
PROJECTS
project_id;cost;votes;name;category;selected
velos;45000;6;Un atelier vélo sous la passerelle;sport;1
epicerie;40000;5;L’épicerie solidaire du campus nord;alimentation;1
concert;15000;4;Le concert de la rentrée;culture;1
jardin;25000;3;Le jardin partagé de Valmorel;alimentation;0
navette;20000;2;La navette du vendredi soir à Valmorel;accueil;0
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
