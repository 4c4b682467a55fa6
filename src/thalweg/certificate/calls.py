"""Operations of a JAX program that call another program."""

from typing import Any

from jax.extend import core

CALLS = {
    "jit": "jaxpr",
    "pjit": "jaxpr",
    "closed_call": "call_jaxpr",
    "core_call": "call_jaxpr",
    "remat2": "jaxpr",
    "checkpoint": "jaxpr",
    "custom_jvp_call": "call_jaxpr",
    "custom_vjp_call": "call_jaxpr",
    "custom_vjp_call_jaxpr": "fun_jaxpr",
}
"""Primitives that call another program, and under what parameter it stands."""


def called(equation: Any) -> tuple[core.Jaxpr, list[Any]]:
    """The program that an equation calls, and its constants."""
    inner = equation.params[CALLS[equation.primitive.name]]
    return (inner.jaxpr, list(inner.consts)) if hasattr(inner, "consts") else (inner, [])


def operations(jaxpr: core.Jaxpr) -> set[str]:
    """The names of all operations of a program and of those that it calls."""
    names = set()
    for equation in jaxpr.eqns:
        names.add(equation.primitive.name)
        for value in equation.params.values():
            for inner in value if isinstance(value, tuple | list) else (value,):
                program: Any = getattr(inner, "jaxpr", inner)
                if hasattr(program, "eqns"):
                    names |= operations(program)
    return names


def needed(jaxpr: core.Jaxpr) -> core.Jaxpr:
    """The program without what its outputs do not depend on."""
    kept = {id(atom) for atom in jaxpr.outvars}
    equations = []
    for equation in reversed(jaxpr.eqns):
        if any(id(variable) in kept for variable in equation.outvars):
            kept.update(id(atom) for atom in equation.invars)
            equations.append(equation)
    shortened: core.Jaxpr = jaxpr.replace(eqns=equations[::-1])  # type: ignore[no-untyped-call]
    return shortened
