"""Models as files: same bytes for the same model, nothing loaded that is not registered."""

import json

import pytest

from recon_kit.errors import ModelError
from recon_kit.matching.model import (
    Calibration,
    Cut,
    Feature,
    Model,
    Pass,
    Registry,
    Stage,
    Trees,
    load_default,
    load_model,
    shipped_registry,
)  # fmt: skip


def tiny(base=0, name="amount_differs"):
    one = Trees.of(1, base, {"feature": [0, -1, -1], "threshold": [0.5], "missing_left": [True], "value": [0, 2**40, -(2**40)]})
    two = Trees.of(
        2, base, {"feature": [1, -1, -1], "threshold": [0.5], "missing_left": [False], "value": [0, -(2**40), 2**40]}
    )
    curve = Calibration((0.0,), (0.0,), (1.0, 1.0), (-9.0, 9.0))
    said = (
        Feature(name, "amount of the set less the line's, in minor units", -1),
        Feature("rival", "best rival's log-odds", -1),
    )
    passes = (Pass("1", Stage((name,), one), Stage((name, "rival"), two), curve), Pass("2", Stage((name,), one), None, curve))
    return Model(said, passes, {"automatic": Cut(0.9, 10, 0, 0.3)}, {"seed": 1})


def written(folder, content, name="m.json"):
    (folder / name).write_bytes(content)
    return folder / name


def test_a_registered_model_comes_back_as_it_was(tmp_path):
    model = tiny()
    registry = Registry().registered(model, "m.json")
    loaded = load_model(written(tmp_path, model.to_json()), registry, ["rival", "amount_differs"])
    assert loaded == model
    assert loaded.to_json() == model.to_json()
    assert registry.find(loaded.sha256).about == {"seed": 1}


def test_a_model_that_nobody_registered_is_refused(tmp_path):
    with pytest.raises(
        ModelError, match=rf"m\.json: expected a registered model; sha-256 {tiny().sha256} is not in the registry"
    ):
        load_model(written(tmp_path, tiny().to_json()), Registry().registered(tiny(1), "other.json"))


def test_an_altered_model_is_refused_as_altered(tmp_path):
    registry = Registry().registered(tiny(), "m.json")
    path = written(tmp_path, tiny().to_json().replace(b'"seed":1', b'"seed":2'))
    with pytest.raises(ModelError, match="it was altered"):
        load_model(path, registry)


def test_a_feature_that_the_engine_cannot_compute_is_named(tmp_path):
    registry = Registry().registered(tiny(), "m.json")
    path = written(tmp_path, tiny().to_json())
    with pytest.raises(ModelError, match=r"feature is 'amount_differs', .*did you mean 'amount_difference'"):
        load_model(path, registry, ["amount_difference", "rival"])


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"format":2}', b'{"format":1,"features":[]}', b"\xff"])
def test_a_file_that_is_no_model_is_refused(content):
    with pytest.raises(ModelError, match="a model"):
        Model.from_json(content)


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(ModelError, match="a model file"):
        load_model(tmp_path / "none.json", Registry())


def test_features_without_words_or_use_are_refused():
    model = tiny()
    with pytest.raises(ModelError, match="a description of feature 'rival'"):
        Model(model.features[:1], model.passes, {})
    with pytest.raises(ModelError, match="feature 'idle' to be taken by a stage"):
        Model((*model.features, Feature("idle", "nothing")), model.passes, {})


def test_a_pass_that_is_not_there_is_told_with_those_that_are():
    with pytest.raises(ModelError, match="a pass '3'; it has 1, 2"):
        tiny().of_pass("3")


def test_a_registry_comes_back_as_it_was_and_keeps_each_model_once():
    registry = Registry().registered(tiny(), "a.json").registered(tiny(1), "b.json").registered(tiny(), "a.json")
    assert [entry.file for entry in registry.entries] == ["b.json", "a.json"]
    assert Registry.from_json(registry.to_json()) == registry
    assert registry + registry == registry


def test_each_bad_entry_of_a_registry_is_named():
    told = {"models": [{"sha256": "abc", "file": "../m.json", "about": {}}, {"file": "m.json"}]}
    with pytest.raises(ModelError) as error:
        Registry.from_json(json.dumps(told).encode())
    assert [fault.field for fault in error.value.faults] == ["models[1].sha256", "models[1].file", "models[2]"]


def test_what_is_shipped_loads_or_says_what_is_missing():
    if shipped_registry().entries:
        assert load_default().sha256 in {entry.sha256 for entry in shipped_registry().entries}
    else:
        with pytest.raises(ModelError, match="ships with the package"):
            load_default()
