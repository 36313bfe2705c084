"""Values of SCIM's own grammars for schemathesis: text that only matches a type would never reach what is behind them."""

import requests
import schemathesis
from hypothesis import strategies as st

words = st.text(st.characters(codec="utf-8", exclude_characters='"\\\x00', exclude_categories=["Cs", "Cc"]), max_size=8)
quoted = words.map(lambda word: f'"{word}"')


def comparison(name):
    return st.tuples(
        st.just(name), st.sampled_from(["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"]), quoted
    ).map(" ".join)


leaves = st.one_of(
    comparison("displayName"),
    comparison("externalId"),
    comparison("id"),
    st.sampled_from(["displayName", "externalId", "meta.lastModified", "id"]).map(lambda name: f"{name} pr"),
    st.sampled_from(["gt", "ge", "lt", "le", "eq", "ne"]).map(lambda op: f'meta.lastModified {op} "2011-05-13T04:42:34Z"'),
)
filters = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda parts: f"({' '.join(parts)})"),
        inner.map(lambda term: f"not ({term})"),
    ),
    max_leaves=6,
)

schemathesis.openapi.format("scim-filter", filters)
schemathesis.openapi.format("scim-sort", st.sampled_from(["displayName", "externalId", "id", "meta.lastModified"]))
schemathesis.openapi.format("scim-path", st.just("externalId"))
schemathesis.openapi.format("scim-cursor", st.just(""))
# Connections are tried when they are saved: nothing but this machine may be called.
schemathesis.openapi.format("uri", st.sampled_from(["http://127.0.0.1:9/scim/v2", "http://127.0.0.1:9/"]))


# What OpenAPI has no words for: of two parameters only one may be sent.
EXCLUSIVE = [("attributes", "excludedAttributes"), ("startIndex", "cursor")]


@schemathesis.hook
def before_call(ctx, case, kwargs):
    for part in [case.query, case.body]:
        for kept, dropped in EXCLUSIVE:
            if isinstance(part, dict) and kept in part and dropped in part:
                del part[dropped]


# OpenAPI encodes as RFC 3986 does. The library writes a space as +, which a strict connection reads as a plus.
encode = requests.PreparedRequest._encode_params


def encoded(data):
    result = encode(data)
    return result.replace("+", "%20") if isinstance(result, str) and not isinstance(data, str) else result


requests.PreparedRequest._encode_params = staticmethod(encoded)
