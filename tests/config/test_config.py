from __future__ import annotations

import json
import tempfile
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contactcenter.config import SECTIONS, Config, ConfigError
from contactcenter.config_file import load

ROOT = Path(__file__).parents[2]


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(text)
    return path


def refused(path: Path | None, environ: dict[str, str] | None = None) -> str:
    with pytest.raises(ConfigError) as caught:
        load(path, environ or {})
    return str(caught.value)


def outcome(path: Path | None, environ: dict[str, str]) -> str | None:
    try:
        load(path, environ)
    except ConfigError as error:
        return str(error)
    return None


def test_defaults_are_the_documented_ones() -> None:
    config = load(None, {})
    assert (config.http.port, config.sip.port) == (8080, 5060)
    assert (config.media.rtp_port_min, config.media.rtp_port_max) == (20000, 29999)
    assert config.media.recordings_dir == Path("var/recordings")


def test_file_and_environment_override(tmp_path: Path) -> None:
    path = write(tmp_path, '[http]\nport = 9000\nhost = "127.0.0.1"\n[media]\nrtp_timeout_s = 5\n')
    environ = {"CC_HTTP_PORT": "9001", "CC_MEDIA_ICE_HOSTS": "127.0.0.1, 10.0.0.1", "CC_FLOWS_DIR": "/flows"}
    config = load(path, environ)
    assert (config.http.host, config.http.port) == ("127.0.0.1", 9001)
    assert config.media.ice_hosts == ["127.0.0.1", "10.0.0.1"]
    assert config.media.rtp_timeout_s == 5.0
    assert config.flows.dir == Path("/flows")


def test_boolean_from_environment() -> None:
    assert load(None, {"CC_MEDIA_RECORD_CALLS": "false"}).media.record_calls is False


def test_unknown_key_names_key_section_allowed_and_a_guess(tmp_path: Path) -> None:
    text = refused(write(tmp_path, "[http]\nprot = 1\n"))
    assert 'unknown key "prot" in [http]' in text
    assert 'Did you mean "port"?' in text
    assert "Allowed keys: host, port, public_url" in text


def test_unknown_section_and_stray_key(tmp_path: Path) -> None:
    assert 'unknown section [htp]. Did you mean "http"?' in refused(write(tmp_path, "[htp]\nport = 1\n"))
    assert 'unknown key "port" outside any section' in refused(write(tmp_path, "port = 1\n"))
    assert "[http] must be a section with keys, but is the number 1" in refused(write(tmp_path, "http = 1\n"))


def test_wrong_type_says_expected_and_given(tmp_path: Path) -> None:
    text = refused(write(tmp_path, '[http]\nport = "8080"\n'))
    assert '"port" in [http] must be a whole number, but is the text "8080"' in text
    text = refused(write(tmp_path, "[log]\nlevel = true\n"))
    assert "must be one of 'debug', 'info', 'warning' or 'error', but is the truth value true" in text
    text = refused(write(tmp_path, "[sip]\nport = 70000\n"))
    assert "a number of at most 65535, but is the number 70000" in text
    text = refused(write(tmp_path, "[media]\nice_hosts = [1]\n"))
    assert '"ice_hosts" in [media], item 0 must be text, but is the number 1' in text


def test_rules_across_keys(tmp_path: Path) -> None:
    assert "rtp_port_max must be" in refused(write(tmp_path, "[media]\nrtp_port_min = 30000\n"))
    assert "[sip] tls_port needs a certificate" in refused(write(tmp_path, "[sip]\ntls_port = 5061\n"))
    assert "tls_certificate and tls_key go together" in refused(write(tmp_path, '[sip]\ntls_key = "x"\n'))
    assert "[database] url must start with" in refused(write(tmp_path, '[database]\nurl = "mysql://x"\n'))
    assert "CC_HTTP_PUBLIC_URL: [http] must start" in refused(None, {"CC_HTTP_PUBLIC_URL": "cc.example.com"})


def test_environment_errors_name_the_variable() -> None:
    assert "Environment variable CC_HTTP_PORT: " in refused(None, {"CC_HTTP_PORT": "eighty"})
    assert 'must be a whole number, but is the text "eighty"' in refused(None, {"CC_HTTP_PORT": "eighty"})
    text = refused(None, {"CC_HTTP_PROT": "80"})
    assert 'CC_HTTP_PROT: unknown key "prot" in [http]. Did you mean "port"?' in text
    assert "CC_HTPP_PORT: unknown section [htpp]. Did you mean CC_HTTP_PORT?" in refused(None, {"CC_HTPP_PORT": "80"})


def test_foreign_variables_of_compilers_are_left_alone() -> None:
    assert load(None, {"CC": "gcc", "CC_x86_64_linux": "gcc", "CC_WRAPPER": "1", "HOME": "/"}) == Config()


def test_unreadable_files(tmp_path: Path) -> None:
    assert "is not valid TOML" in refused(write(tmp_path, "[http"))
    assert "cannot be read: No such file" in refused(tmp_path / "missing.toml")
    (tmp_path / "config.toml").write_bytes(b"\xff\xfe")
    assert "is not UTF-8 text" in refused(tmp_path / "config.toml")


def test_all_mistakes_are_listed_at_once(tmp_path: Path) -> None:
    text = refused(write(tmp_path, '[http]\nport = "x"\n[sip]\nport = "y"\n'))
    assert len(text.splitlines()) == 2


def test_the_shipped_file_lists_every_key_with_its_default() -> None:
    lines = (ROOT / "config.toml").read_text().splitlines()
    uncommented = "\n".join(line.removeprefix("#") if line[:1] == "#" and line[1:2] != " " else line for line in lines)
    assert load(ROOT / "config.toml", {}) == Config()
    data = tomllib.loads(uncommented)
    assert {name: set(values) for name, values in data.items()} == {
        name: set(model.model_fields) for name, model in SECTIONS.items()
    }
    assert Config.model_validate(data) == Config()


_KEYS = sorted(f"CC_{section}_{key}".upper() for section, model in SECTIONS.items() for key in model.model_fields)


@given(st.dictionaries(st.sampled_from(_KEYS), st.text(max_size=12), max_size=4))
def test_any_environment_gives_settings_or_a_sentence(environ: dict[str, str]) -> None:
    sentence = outcome(None, environ)
    assert sentence is None or any(name in sentence for name in environ)


_VALUES = st.one_of(st.none(), st.booleans(), st.integers(-10, 100000), st.floats(allow_nan=False), st.text(max_size=5))


@given(st.data())
def test_any_toml_value_gives_settings_or_a_sentence(data: st.DataObject) -> None:
    section = data.draw(st.sampled_from(sorted(SECTIONS)))
    key = data.draw(st.sampled_from([*SECTIONS[section].model_fields, "nonsense"]))
    value = data.draw(_VALUES)
    literal = (
        {None: "[]", True: "true", False: "false"}.get(value) if value is None or isinstance(value, bool) else None
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "c.toml"
        path.write_text(f"[{section}]\n{key} = {literal or json.dumps(value)}\n", encoding="utf-8")
        sentence = outcome(path, {})
    assert sentence is None or section in sentence or "TOML" in sentence
