-- One database and one login role a service; run once by the postgres image on an empty volume.
-- Each role owns its database, is no superuser, and may not connect to another's.
\set ON_ERROR_STOP on
\getenv households_password HOUSEHOLDS_PASSWORD
\getenv employment_password EMPLOYMENT_PASSWORD
\getenv risk_password RISK_PASSWORD

create role holdfast_households login nosuperuser nocreatedb nocreaterole password :'households_password';
create role holdfast_employment login nosuperuser nocreatedb nocreaterole password :'employment_password';
create role holdfast_risk login nosuperuser nocreatedb nocreaterole password :'risk_password';

create database holdfast_households owner holdfast_households;
create database holdfast_employment owner holdfast_employment;
create database holdfast_risk owner holdfast_risk;

revoke all on database holdfast_households, holdfast_employment, holdfast_risk, postgres from public;
