# Réglo : tout ce qui s'exécute depuis la racine du projet. « make help » en donne la liste.

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
PIP := PIP_USER=0 PIP_DISABLE_PIP_VERSION_CHECK=1 $(PY) -m pip install -qq --no-input
HASHED := $(PIP) --require-hashes --requirement

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup run test trials bench screens lint format lock audit sbom mutations security clean

help: ## affiche cette aide
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.installed ## prépare l'environnement Python (.venv) pour faire tourner le site
	@

run: $(VENV)/.installed ## démarre le site avec ses exemples (PORT=8000, DATA_DIR=var)
	@exec $(PY) tools/run.py

test: $(VENV)/.tested ## vérifie tout ; se termine par un tableau et « N passed, 0 failed »
	@exec $(PY) tools/suite.py

trials: $(VENV)/.tested ## essais longs : arrêts brutaux, nombreux apprenants à la fois
	@exec $(PY) tools/suite.py trials

lint: $(VENV)/.tested ## vérifie le style, les types et les gabarits
	@exec $(PY) tools/suite.py lint

format: $(VENV)/.tested ## met le code en forme
	@$(PY) -m ruff format . && $(PY) -m ruff check --fix .

bench: $(VENV)/.tested ## mesure les pages contre leurs limites ; écrit benchmarks/results/latest.json
	@exec $(PY) -m benchmarks

screens: $(VENV)/.tested ## refait les captures d'écran de docs/screens
	@exec $(PY) tools/screens.py

lock: $(VENV)/.tested ## recalcule requirements/*.txt à partir de pyproject.toml
	@exec $(PY) tools/lock.py

audit: $(VENV)/.tested ## compare les dépendances aux failles publiées, et dit de quand date la liste (ADVISORIES=dossier)
	@exec $(PY) tools/supply.py audit

mutations: $(VENV)/.tested ## retire chaque protection à son tour, et montre que son test échoue
	@exec $(PY) tools/mutations.py

security: $(VENV)/.tested ## attaque un site jetable avec des outils extérieurs (vingt minutes)
	@exec $(PY) tools/security_scan.py

sbom: $(VENV)/.tested ## écrit la liste des composants (CycloneDX) dans dist/composants.cdx.json
	@exec $(PY) tools/supply.py sbom dist/composants.cdx.json

clean: ## efface l'environnement et les données d'exemple
	rm -rf $(VENV) var

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Il faut Python 3.11 ou plus récent (essayez : make PYTHON=python3.12 $(MAKECMDGOALS))." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
	  || { echo "Le module venv de Python manque ; sous Debian : apt-get install python3-venv" >&2; exit 1; }
	@touch $@

$(VENV)/.installed: $(VENV)/.python requirements/base.txt tools/link.py
	@echo "Installation des dépendances (une minute la première fois)…"
	@$(HASHED) requirements/base.txt
	@$(PY) tools/link.py
	@touch $@

$(VENV)/.tested: $(VENV)/.installed requirements/dev.txt
	@echo "Installation des outils de test…"
	@$(HASHED) requirements/dev.txt
	@touch $@
