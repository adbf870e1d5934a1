#!/bin/sh
# Donne aux deux rôles leur mot de passe, lu dans secrets/roles (copie de pgpass : hôte:port:base:rôle:motdepasse, une ligne par rôle).
set -eu
for role in reglo reglo_proprietaire; do
    secret=$(awk -F: -v role="$role" '$4 == role { print $5; exit }' /run/secrets/roles)
    [ -n "$secret" ] || { echo "secrets/roles : il manque la ligne de $role" >&2; exit 1; }
    psql --set=ON_ERROR_STOP=1 --set=role="$role" --set=secret="$secret" --quiet <<'SQL'
ALTER ROLE :"role" PASSWORD :'secret';
SQL
done
