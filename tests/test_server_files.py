"""The files of a merchant's server fit each other and the Odoo that they are for."""

import configparser
import re

import pytest
from support import settings

from odoo.tools.config import configmanager

EXAMPLE = settings.ROOT / "config" / "odoo.prod.example.conf"
COMPOSE = (settings.ROOT / "docker-compose.yml").read_text()
NGINX = (settings.ROOT / "config" / "nginx" / "epay.conf").read_text()
# What a merchant makes, and git ignores.
OWN_FILES = {"./config/odoo.conf"}


@pytest.fixture(scope="module")
def options():
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(EXAMPLE)
    return parser["options"]


def test_odoo_knows_every_option(options):
    assert set(options) <= set(configmanager().options_index)


def test_it_runs_workers_behind_a_proxy_with_one_database(options):
    assert int(options["workers"]) >= 2
    assert options["proxy_mode"] == "True"
    assert options["gevent_port"] == "8072"
    assert options["list_db"] == "False"
    assert options["db_name"] and "dbfilter" not in options


def test_connections_fit_into_postgresql(options):
    processes = int(options["workers"]) + int(options["max_cron_threads"])
    most = processes * int(options["db_maxconn"]) + int(options["db_maxconn_gevent"])
    [allowed] = re.findall(r"max_connections=(\d+)", COMPOSE)
    assert most < int(allowed)


def test_a_worker_lives_longer_than_a_provider_takes_and_nginx_waits_longer(options):
    [waits] = re.findall(r"proxy_read_timeout (\d+)s;\n    proxy_send", NGINX)
    assert 30 < int(options["limit_time_real"]) < int(waits)


def test_no_secret_is_in_the_files(options):
    assert "admin_passwd" not in options and "db_password" not in options
    assert not re.search(r"^\s*\w*PASSWORD\w*:(?! /run/secrets/)", COMPOSE, re.M)


def test_compose_fills_in_what_nginx_asks_for():
    asked = set(re.findall(r"\$\{(\w+)\}", NGINX))
    given = set(re.findall(r"^ +(EPAY_\w+):", COMPOSE, re.M))
    assert asked == given


def test_compose_mounts_files_that_are_there():
    mounted = re.findall(r"- (\./[^:\n]+):", COMPOSE)
    assert mounted
    for path in set(mounted) - OWN_FILES:
        assert (settings.ROOT / path).exists(), path


def test_nginx_sends_websockets_to_the_port_that_odoo_opens(options):
    assert f"EPAY_BUS: odoo:{options['gevent_port']}" in COMPOSE
    assert f"EPAY_HTTP: odoo:{options['http_port']}" in COMPOSE
