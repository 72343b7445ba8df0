"""The files of deploy/ agree with the product and with each other. No container is built or started here."""

import re
from urllib.parse import urlsplit

import pytest

from dart_batch.domain.job.status import JobStatus
from dart_batch.entrypoints.api import scaling
from dart_batch.settings import Settings
from deploy_files import DEPLOY, OPERATIONS, Read, alerts, dashboard, expressions, objects, pods, read, the

SETTINGS = {name.upper() for name in Settings.model_fields}
SERVICES: Read = read("compose.yaml")["services"]
OURS = {name: one for name, one in SERVICES.items() if one["image"].startswith("dart-batch")}
ENGINES = {name: one for name, one in SERVICES.items() if name not in OURS}
ENV_EXAMPLE = (DEPLOY / ".env.example").read_text()
PORT = Settings.model_fields["dart_api_port"].default
DRAIN = Settings.model_fields["batch_drain_seconds"].default


def container(pod: Read) -> Read:
    [found] = pod["containers"]
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("name", OURS)
def test_every_variable_of_a_compose_service_is_a_setting(name: str) -> None:
    assert set(OURS[name]["environment"]) - SETTINGS == set()


def test_every_variable_of_a_pod_is_a_setting() -> None:
    named = {one["name"] for pod in pods() for one in container(pod).get("env", ())}

    assert named - SETTINGS == set()
    assert set(the("ConfigMap", "dart-batch")["data"]) - SETTINGS == set()


def test_every_variable_of_the_image_is_a_setting() -> None:
    found = re.findall(r"(\w+)=", re.findall(r"^ENV (.*)$", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)[0])

    assert found and set(found) - SETTINGS == set()


def test_the_example_of_env_names_what_compose_reads_and_holds_no_secret() -> None:
    lines = [line for line in ENV_EXAMPLE.splitlines() if line and line[0] != "#"]
    given = dict(line.split("=", 1) for line in lines)

    assert set(given) == set(re.findall(r"\$\{(\w+)", (DEPLOY / "compose.yaml").read_text()))
    assert {name: value for name, value in given.items() if "PASSWORD" in name and value} == {}


def test_no_kubernetes_file_holds_a_secret() -> None:
    assert [one["metadata"]["name"] for one in objects() if one["kind"] == "Secret"] == []
    for pod in pods():
        [url] = [one for one in container(pod)["env"] if one["name"] == "DATABASE_URL"]
        assert url["valueFrom"] == {"secretKeyRef": {"name": "dart-batch-database", "key": "url"}}


def test_settings_of_compose_and_kubernetes_make_a_cluster() -> None:
    for given in (OURS["worker"]["environment"], the("ConfigMap", "dart-batch")["data"]):
        Settings(batch_queue=given["BATCH_QUEUE"], redis_url=given["REDIS_URL"]).refuse_celery_without_redis()
        assert given["BATCH_QUEUE"] == "celery"


def test_compose_starts_two_servers_and_workers_after_the_schema_is_upgraded() -> None:
    assert {name: one["command"][0] for name, one in OURS.items()} == {
        "upgrade": "db",
        "api-1": "serve",
        "api-2": "serve",
        "worker": "worker",
    }
    for name in ("api-1", "api-2", "worker"):
        assert OURS[name]["depends_on"]["upgrade"] == {"condition": "service_completed_successfully"}


def test_compose_asks_engines_and_servers_for_their_health() -> None:
    assert set(ENGINES) == {"mariadb", "redis"}
    assert all("healthcheck" in SERVICES[name] for name in ("mariadb", "redis", "api-1", "api-2"))
    assert f":{PORT}/health/ready" in OURS["api-1"]["healthcheck"]["test"][-1]


def test_compose_keeps_the_database_and_the_observations_in_volumes() -> None:
    kept = {volume.split(":")[0] for one in SERVICES.values() for volume in one.get("volumes", ())}

    assert kept == set(read("compose.yaml")["volumes"]) == {"database", "home"}


def test_compose_opens_ports_to_this_machine_only() -> None:
    opened = [port for one in SERVICES.values() for port in one.get("ports", ())]

    assert opened == [f"127.0.0.1:3000:{PORT}", f"127.0.0.1:3001:{PORT}"]


def test_the_server_of_compose_allows_enough_connections() -> None:
    children = int(re.findall(r"^BATCH_CONCURRENT_JOBS=(\d+)$", ENV_EXAMPLE, re.MULTILINE)[0])
    processes = OURS["worker"]["deploy"]["replicas"] * (children + 1) + 2
    allowed = int(SERVICES["mariadb"]["command"][-1].removeprefix("--max-connections="))

    assert allowed > processes * 4 * Settings.model_fields["database_pool_size"].default


def test_everything_gets_longer_to_stop_than_a_drain_takes() -> None:
    for name in ("api-1", "api-2", "worker"):
        assert int(OURS[name]["stop_grace_period"].removesuffix("s")) > DRAIN
    for name in ("dart-batch-api", "dart-batch-worker"):
        assert the("Deployment", name)["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] > DRAIN


def test_the_ports_of_image_server_service_and_scaler_are_one() -> None:
    api = container(the("Deployment", "dart-batch-api")["spec"]["template"]["spec"])
    [service] = the("Service", "dart-batch-api")["spec"]["ports"]
    [trigger] = the("ScaledObject", "dart-batch-worker")["spec"]["triggers"]

    assert f"EXPOSE {PORT}\n" in (DEPLOY / "Dockerfile").read_text()
    assert api["ports"] == [{"name": service["targetPort"], "containerPort": PORT}]
    assert (service["port"], urlsplit(trigger["metadata"]["url"]).port, api["args"][-1]) == (PORT, PORT, str(PORT))


def test_pods_run_without_root_and_without_rights() -> None:
    for pod in pods():
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert container(pod)["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
        }
    assert "\nUSER 10001\n" in (DEPLOY / "Dockerfile").read_text()


def test_selectors_and_references_of_kubernetes_find_something() -> None:
    deployments = {one["metadata"]["name"]: one for one in objects() if one["kind"] == "Deployment"}
    for name, one in deployments.items():
        labels = one["spec"]["template"]["metadata"]["labels"]
        assert one["spec"]["selector"]["matchLabels"] == labels == {"app": name}
        assert the("PodDisruptionBudget", name)["spec"]["selector"]["matchLabels"] == labels
    assert the("Service", "dart-batch-api")["spec"]["selector"] == {"app": "dart-batch-api"}
    assert the("ScaledObject", "dart-batch-worker")["spec"]["scaleTargetRef"]["name"] in deployments
    assert {one["metadata"].get("namespace") for one in objects() if one["kind"] != "Namespace"} == {"dart-batch"}


def test_the_scaler_reads_the_wanted_workers_of_one_job_each_with_a_key() -> None:
    scaler = the("ScaledObject", "dart-batch-worker")["spec"]
    [trigger] = scaler["triggers"]
    url = urlsplit(trigger["metadata"]["url"])

    assert url.path == scaling.router.prefix
    assert trigger["metadata"]["valueLocation"] in scaling.Scaling.model_json_schema(by_alias=True)["properties"]
    assert url.hostname in the("ConfigMap", "dart-batch")["data"]["DART_ALLOWED_HOSTS"].split(",")
    assert the("ConfigMap", "dart-batch")["data"]["BATCH_CONCURRENT_JOBS"] == trigger["metadata"]["targetValue"] == "1"
    assert trigger["metadata"]["authMode"] == "bearer"
    assert the("TriggerAuthentication", trigger["authenticationRef"]["name"])
    assert scaler["minReplicaCount"] >= 1


def test_prometheus_scrapes_the_servers_of_compose_by_names_they_answer_to() -> None:
    [job] = read("prometheus/prometheus.yaml")["scrape_configs"]
    [targets] = [one["targets"] for one in job["static_configs"]]
    allowed = re.findall(r"^DART_ALLOWED_HOSTS=(.*)$", ENV_EXAMPLE, re.MULTILINE)[0]

    assert targets == [f"{name}:{PORT}" for name in OURS if name.startswith("api-")]
    assert {target.split(":")[0] for target in targets} <= set(allowed.split(","))
    assert job["metrics_path"] == "/metrics"


def test_every_alert_says_what_is_the_matter_and_how_bad_it_is() -> None:
    assert len(alerts()) == len({rule["alert"] for rule in alerts()}) > 5
    for rule in alerts():
        assert rule["labels"]["severity"] in {"warning", "critical"}
        assert rule["annotations"]["summary"]


def test_operations_says_for_every_alert_what_to_do_and_for_no_other() -> None:
    part = OPERATIONS.read_text().split("## Alerts: what to do\n")[1].split("\n## ")[0]

    assert re.findall(r"^\| `(\w+)` \|", part, re.MULTILINE) == [rule["alert"] for rule in alerts()]


def test_a_status_that_an_expression_asks_for_is_one_of_a_job() -> None:
    asked = {status for text in expressions() for status in re.findall(r'dart_batch_jobs\{status="(\w+)"', text)}

    assert asked and asked <= set(JobStatus)


def test_the_panels_of_the_dashboard_ask_a_source_that_is_chosen_and_do_not_overlap() -> None:
    panels = dashboard()["panels"]

    assert {panel["datasource"]["uid"] for panel in panels} == {"${source}"}
    assert [one["name"] for one in dashboard()["templating"]["list"]] == ["source"]
    places = {(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels}
    assert len(places) == len(panels) == len({panel["id"] for panel in panels})
