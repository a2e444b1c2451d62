"""What no linter sees: every workflow loads in the strict sandbox, under the name of its class."""

import importlib
import inspect
import pkgutil
from typing import Any

import pytest
from temporalio import workflow

import workflows
from domain.enrolment.messages import Query, Signal, Update
from domain.identifiers import ENROLMENT_WORKFLOW
from tests.support.enrolments import STRICT
from workflows.enrolment.workflow import EnrolmentWorkflow

MODULES = [name for _, name, _ in pkgutil.walk_packages(workflows.__path__, "workflows.")]


def _definitions() -> dict[type, Any]:
    found: dict[type, Any] = {}
    for name in MODULES:
        for _, cls in inspect.getmembers(importlib.import_module(name), inspect.isclass):
            definition = workflow._Definition.from_class(cls)  # noqa: SLF001 - nothing public tells
            if definition is not None:
                found[cls] = definition
    return found


DEFINITIONS = _definitions()


def test_workflows_are_found() -> None:
    """The list that the other tests go through isn't empty by mistake."""
    names = {cls.__name__ for cls in DEFINITIONS}
    assert {"EnrolmentWorkflow", "BatchWorkflow", "ResendRequestWorkflow"} <= names


@pytest.mark.parametrize("cls", DEFINITIONS, ids=lambda cls: cls.__name__)
async def test_loads_in_the_strict_sandbox(cls: type) -> None:
    """Nothing that a workflow needs comes into the sandbox by accident."""
    STRICT.prepare_workflow(DEFINITIONS[cls])


@pytest.mark.parametrize("cls", DEFINITIONS, ids=lambda cls: cls.__name__)
def test_type_name_is_the_class_name(cls: type) -> None:
    """What the Temporal UI calls a workflow can be found in the code."""
    assert DEFINITIONS[cls].name == cls.__name__


def test_type_name_that_activities_start_by() -> None:
    """Activities can't import workflows: the name that they start enrolments by is right."""
    assert DEFINITIONS[EnrolmentWorkflow].name == ENROLMENT_WORKFLOW


def test_messages_have_the_names_that_senders_use() -> None:
    """Signals, updates and queries of enrolments are those of ``domain.enrolment.messages``."""
    enrolment = DEFINITIONS[EnrolmentWorkflow]
    assert set(enrolment.signals) == set(Signal)
    assert set(enrolment.updates) == set(Update)
    assert set(enrolment.queries) == set(Query)


@pytest.mark.parametrize("cls", DEFINITIONS, ids=lambda cls: cls.__name__)
def test_tells_its_life(cls: type) -> None:
    """Every workflow's docstring says how it ends, and every message has one of its own."""
    assert cls.__doc__
    definition = DEFINITIONS[cls]
    for message in (*definition.signals.values(), *definition.updates.values()):
        assert message.fn.__doc__
