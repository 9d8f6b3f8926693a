"""The API as a readable page, from its OpenAPI document. Self-contained: no script, no file besides."""

from __future__ import annotations

import json
from html import escape
from typing import Any

STYLE = """
:root{color-scheme:light dark;--line:#d8dce2;--soft:#5a6472;--panel:#f6f7f9;--accent:#1c5fd4}
@media(prefers-color-scheme:dark){:root{--line:#333a45;--soft:#a3adba;--panel:#1a1e25;--accent:#7fb0ff}}
*{box-sizing:border-box}
body{margin:0;font:14px/1.55 system-ui,sans-serif;background:Canvas;color:CanvasText}
.frame{display:grid;grid-template-columns:17rem minmax(0,1fr);max-width:84rem;margin:0 auto}
nav{position:sticky;top:0;align-self:start;max-height:100vh;overflow:auto;padding:1.5rem 1rem;font-size:13px}
nav h2{font-size:11px;letter-spacing:.06em;text-transform:uppercase;color:var(--soft);margin:1.1rem 0 .2rem}
nav a{display:block;padding:2px 0;color:inherit;text-decoration:none;overflow-wrap:anywhere}
main a{color:var(--accent)}a:hover{text-decoration:underline}
a:focus-visible,summary:focus-visible{outline:2px solid var(--accent)}
main{padding:1.5rem;min-width:0}h1{font-size:24px;margin:0 0 .3rem}h2{font-size:18px;margin:2.2rem 0 .6rem}
article{border:1px solid var(--line);border-radius:8px;margin:0 0 1rem;padding:.9rem 1rem}
h3{font-size:14px;margin:0;display:flex;flex-wrap:wrap;gap:.6rem;align-items:baseline}
h3 code{overflow-wrap:anywhere}h4{font-size:12px;margin:.9rem 0 .25rem;color:var(--soft)}
.method{font:700 11px/1.7 ui-monospace,monospace;color:var(--accent);
border:1px solid var(--accent);border-radius:4px;padding:0 6px}
.soft{color:var(--soft)}p{margin:.3rem 0}
table{border-collapse:collapse;width:100%;font-size:13px}
td,th{text-align:left;vertical-align:top;padding:3px 10px 3px 0}
tr+tr td{border-top:1px solid var(--line)}th{color:var(--soft);font-weight:500}
pre{background:var(--panel);border:1px solid var(--line);border-radius:6px;padding:.6rem .8rem;
overflow:auto;margin:.2rem 0}
code,pre{font-family:ui-monospace,monospace;font-size:12.5px}
@media(max-width:800px){.frame{display:block}nav{position:static;max-height:none;padding-bottom:0}main{padding:1rem}}
"""


def render(document: dict[str, Any]) -> str:
    """The whole page as HTML."""
    groups: dict[str, list[tuple[str, str, dict[str, Any]]]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            groups.setdefault(operation["tags"][0], []).append((method, path, operation))
    info = document["info"]
    schemas = document["components"]["schemas"]
    menu = "".join(_menu(tag, operations) for tag, operations in groups.items())
    body = "".join(
        f"<h2>{escape(tag)}</h2>" + "".join(_article(*operation, schemas) for operation in operations)
        for tag, operations in groups.items()
    )
    models = "".join(_model(name, schema) for name, schema in sorted(schemas.items()))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(info['title'])} API</title><style>{STYLE}</style></head><body><div class=frame>"
        f'<nav aria-label="Operations"><b>{escape(info["title"])} API</b>{menu}'
        '<h2>Models</h2><a href="#models">All models</a></nav>'
        f"<main><h1>{escape(info['title'])} API</h1>"
        f'<p class=soft>Version {escape(info["version"])} · <a href="/api/v1/openapi.json">OpenAPI document</a></p>'
        f"<p>{escape(info['description'])}</p>{body}<h2 id=models>Models</h2>{models}</main></div></body></html>"
    )


def _menu(tag: str, operations: list[tuple[str, str, dict[str, Any]]]) -> str:
    links = "".join(
        f'<a href="#{escape(operation["operationId"])}">{escape(operation["summary"])}</a>'
        for _, _, operation in operations
    )
    return f"<h2>{escape(tag)}</h2>{links}"


def _article(method: str, path: str, operation: dict[str, Any], schemas: dict[str, Any]) -> str:
    parts = [
        f'<article id="{escape(operation["operationId"])}"><h3><span class=method>{method.upper()}</span>'
        f"<code>{escape(path)}</code></h3><p>{escape(operation['summary'])}</p>",
        f"<p>{escape(operation['description'])}</p>" if "description" in operation else "",
        f"<p class=soft>Permission: {escape(operation['x-permission'])}</p>",
        _parameters(operation.get("parameters", [])),
        _body(operation, schemas),
        _responses(operation["responses"]),
        f"<h4>Example</h4><pre>{escape(_curl(method, path, operation, schemas))}</pre></article>",
    ]
    return "".join(parts)


def _parameters(parameters: list[dict[str, Any]]) -> str:
    rows = "".join(
        f"<tr><td><code>{escape(item['name'])}</code></td><td>{item['in']}{', required' if item['required'] else ''}"
        f"</td><td>{_type(item['schema'])}</td><td>{escape(item.get('description', ''))}</td></tr>"
        for item in parameters
    )
    return f"<h4>Parameters</h4><table>{rows}</table>" if rows else ""


def _body(operation: dict[str, Any], schemas: dict[str, Any]) -> str:
    if "requestBody" not in operation:
        return ""
    media = "".join(
        f"<p><code>{escape(kind)}</code> {_type(each['schema'])}</p>{_fields(_resolved(each['schema'], schemas))}"
        for kind, each in operation["requestBody"]["content"].items()
    )
    return f"<h4>Body</h4>{media}"


def _responses(responses: dict[str, Any]) -> str:
    rows = ""
    for status, response in responses.items():
        content = response.get("content", {})
        kinds = ", ".join(
            f"<code>{escape(kind)}</code> {_type(media.get('schema', {}))}" for kind, media in content.items()
        )
        rows += f"<tr><td><code>{status}</code></td><td>{escape(response['description'])}</td><td>{kinds}</td></tr>"
    return f"<h4>Answers</h4><table>{rows}</table>"


def _model(name: str, schema: dict[str, Any]) -> str:
    about = f"<p>{escape(schema['description'])}</p>" if "description" in schema else ""
    return f'<article id="model-{escape(name)}"><h3><code>{escape(name)}</code></h3>{about}{_fields(schema)}</article>'


def _fields(schema: dict[str, Any]) -> str:
    required = schema.get("required", ())
    rows = "".join(
        f"<tr><td><code>{escape(name)}</code></td><td>{_type(kind)}</td><td>{'required' if name in required else ''}"
        f"</td><td>{escape(kind.get('description', ''))}</td></tr>"
        for name, kind in schema.get("properties", {}).items()
    )
    return f"<table>{rows}</table>" if rows else ""


def _type(schema: dict[str, Any]) -> str:
    """A schema in a few words, as HTML."""
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return f'<a href="#model-{name}">{name}</a>'
    if "anyOf" in schema:
        return " or ".join(_type(part) for part in schema["anyOf"])
    if "enum" in schema or "const" in schema:
        return ", ".join(
            f"<code>{escape(json.dumps(word))}</code>" for word in schema.get("enum", [schema.get("const")])
        )
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    kind = str(schema.get("format") or schema.get("type", "anything"))
    limits = [words.format(schema[key]) for key, words in _LIMITS.items() if key in schema]
    return escape(f"{kind} ({', '.join(limits)})" if limits else kind)


_LIMITS = {
    "minimum": "from {}",
    "maximum": "to {}",
    "exclusiveMinimum": "above {}",
    "exclusiveMaximum": "below {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
}


def _resolved(schema: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = schemas.get(schema["$ref"].rpartition("/")[2], {}) if "$ref" in schema else schema
    return found


def _curl(method: str, path: str, operation: dict[str, Any], schemas: dict[str, Any]) -> str:
    words = ["curl"]
    if method != "get":
        words.append(f"-X {method.upper()}")
    words.append("-c cookies.txt" if operation["operationId"] == "post_session" else "-b cookies.txt")
    content = operation.get("requestBody", {}).get("content", {})
    if form := content.get("multipart/form-data"):
        words += [f"-F {name}=@file" for name in form["schema"].get("properties", {})]
    if "application/json" in content:
        schema = _resolved(content["application/json"]["schema"], schemas)
        example = _example(schema, schemas)
        if "properties" in schema:
            example = {name: _example(kind, schemas) for name, kind in schema["properties"].items()}
        words.append("-H 'Content-Type: application/json' -d '" + json.dumps(example, ensure_ascii=False) + "'")
    return " ".join([*words, f"http://localhost:8080{path}"])


def _example(schema: dict[str, Any], schemas: dict[str, Any]) -> Any:
    if "default" in schema:
        return schema["default"]
    resolved = _resolved(schema, schemas)
    if "enum" in resolved:
        return resolved["enum"][0]
    if "anyOf" in resolved:
        return _example(resolved["anyOf"][0], schemas)
    return {"integer": 1, "number": 1.0, "boolean": True, "array": [], "object": {}, "null": None}.get(
        str(resolved.get("type")), "…"
    )
