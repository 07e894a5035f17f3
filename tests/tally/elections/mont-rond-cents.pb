META
key;value
description;A fictional election with cents, decimal commas and a project that costs exactly what is left
country;France
unit;Mont-Rond
instance;2031
num_projects;3
num_votes;4
budget;1 546,66
vote_type;choose-1
rule;greedy
date_begin;2031
date_end;2031
currency;EUR
PROJECTS
project_id;cost;name;votes;selected
1;1000.0;Des bancs au soleil;2;1
2;546,66;"Une table; deux chaises";1;1
3;546,67;"Le ""petit"" kiosque";1;0
VOTES
voter_id;vote
a;1
b;1
c;2
d;3
