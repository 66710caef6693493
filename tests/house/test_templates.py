"""Templates and page facts agree; nothing in a template needs eval or an inline style; budgets of CSS and JavaScript."""

import ast
import re
from pathlib import Path

import brotli
import pytest
from jinja2 import meta, nodes

from app.kernel.reply import make_environment
from app.kernel.static import Static

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted(path.relative_to(ROOT / "templates").as_posix() for path in (ROOT / "templates").rglob("*.html"))
FRAME = {
    "me",
    "look",
    "bar",
    "hotline",
    "outbox_key",
    "owner_tag",
    "here",
    "receipt",
    "errors",
    "typed",
    "_",
    "gettext",
    "ngettext",
    "asset",
    "act_field",
    "demo",
}


def environment():
    return make_environment(lambda name: name, True)


def structs() -> dict[str, set[str]]:
    """Fields of every Struct in app/ by name, its bases' too."""
    fields, bases = {}, {}
    for path in (ROOT / "app").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef):
                fields[node.name] = {line.target.id for line in node.body if isinstance(line, ast.AnnAssign)}
                bases[node.name] = [base.id for base in node.bases if isinstance(base, ast.Name)]
    return {name: own.union(*(fields.get(base, set()) for base in bases[name])) for name, own in fields.items()}


def drawn() -> list[tuple[str, str, str]]:
    """(file, template, struct) of every `page(request, "t.html", Facts(...))`, `fragment(...)` and `return "t.html", Facts(...)`."""
    found = []
    for path in (ROOT / "app").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            parts = node.args[1:] if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("page", "fragment") else None
            parts = node.elts if isinstance(node, ast.Tuple) and len(node.elts) == 2 else parts
            if not parts or len(parts) < 2 or not isinstance(parts[0], ast.Constant) or not str(parts[0].value).endswith(".html"):
                continue
            if isinstance(parts[1], ast.Call) and isinstance(parts[1].func, ast.Name) and parts[1].func.id[0].isupper():
                found.append((str(path.relative_to(ROOT)), parts[0].value, parts[1].func.id))
    return found


def wanted(env, template: str, seen: frozenset[str] = frozenset()) -> set[str]:
    """Names that a template and all it extends or includes take from outside."""
    if template in seen:
        return set()
    source = (ROOT / "templates" / template).read_text()
    tree = env.parse(source)
    names = meta.find_undeclared_variables(tree)
    for node in tree.find_all((nodes.Extends, nodes.Include)):
        if isinstance(node.template, nodes.Const):
            names |= wanted(env, node.template.value, seen | {template})
    return names - own(tree) - FRAME - set(env.globals)


def own(tree: nodes.Template) -> set[str]:
    """Names that the template makes itself: imports at its top are seen in its blocks, which meta does not know."""
    made = {node.target for node in tree.find_all(nodes.Import)}
    for node in tree.find_all(nodes.FromImport):
        made |= {name[1] if isinstance(name, tuple) else name for name in node.names}
    for node in tree.find_all((nodes.Assign, nodes.For)):
        made |= {name.name for name in node.target.find_all(nodes.Name)} | (
            {node.target.name} if isinstance(node.target, nodes.Name) else set()
        )
    return made


def test_a_page_declares_every_fact_that_its_template_names():
    env, fields, wrong = environment(), structs(), []
    pairs = drawn()
    assert len(pairs) > 3
    for where, template, struct in pairs:
        missing = wanted(env, template) - fields[struct]
        if missing:
            wrong.append(f"{template} wants {sorted(missing)} that {struct} in {where} does not declare")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("template", TEMPLATES)
def test_nothing_needs_eval_or_an_inline_style_or_script(template):
    text = (ROOT / "templates" / template).read_text()
    if template == "parts/icon.html":
        text = text.replace("| safe", "")  # its own shapes, nobody's text
    for banned in (
        r"\shx-on",
        r"\bjs:",
        r"\sstyle=",
        r"\son[a-z]+=",
        r"<style",
        r"hx-trigger=\"[^\"]*\[",
        r"hx-boost",
        r"\|\s*safe\b",
        r"<script(?![^>]*\ssrc=)",
        r"javascript:",
        r"user-scalable|maximum-scale",
    ):
        assert not re.search(banned, text), f"{banned} in {template}"


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_form_that_htmx_sends_drops_the_second_tap(template):
    for form in re.findall(r"<[a-z]+[^>]*\shx-post[^>]*>", (ROOT / "templates" / template).read_text(), re.S):
        assert 'hx-sync="this:drop"' in form, form


def test_no_page_loads_anything_from_elsewhere():
    for template in TEMPLATES:
        text = (ROOT / "templates" / template).read_text()
        assert not re.search(r"""(?:src|href|action)=["'](?:https?:)?//""", text), template


def test_budgets_of_style_and_script(tmp_path):
    static = Static(ROOT / "static", cache=tmp_path)
    size = {
        name: len(brotli.compress(static.by_path[static.by_name[name]][1], quality=11)) for name in ("app.css", "app.js", "vendor/htmx.js")
    }
    # of the script two thirds are the outbox, sealing, shared phones and photos; it is fetched once and kept by its content
    assert size["app.css"] <= 9_000 and size["app.js"] <= 27_000 and size["vendor/htmx.js"] <= 18_000, size


def test_vendored_files_are_what_their_checksums_say():
    import hashlib

    for folder in (ROOT / "static" / "vendor", ROOT / "tests" / "vendor"):
        listed = dict(reversed(line.split(maxsplit=1)) for line in (folder / "SHA256SUMS").read_text().splitlines() if line.strip())
        listed = {name.lstrip("*"): digest for name, digest in listed.items()}
        kept = {path.name for kind in ("*.js", "*.wasm", "*.br") for path in folder.glob(kind)}
        assert kept and kept <= set(listed)
        for name, digest in listed.items():
            squeezed = folder / f"{name}.br"
            content = brotli.decompress(squeezed.read_bytes()) if squeezed.exists() else (folder / name).read_bytes()
            assert hashlib.sha256(content).hexdigest() == digest, name
