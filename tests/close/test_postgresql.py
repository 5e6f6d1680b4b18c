"""The same month on PostgreSQL gives the same run, byte for byte."""

import shutil

from tests.close.conftest import begin, close
from tests.close.test_closing import outputs
from tests.servers import postgresql


def test_a_close_on_postgresql_is_the_one_on_sqlite(closed, small, tmp_path):
    folder = tmp_path / "data_samples"
    shutil.copytree(small, folder)
    with postgresql() as url:
        text = (folder / "recon.toml").read_text("utf-8")
        (folder / "recon.toml").write_text(
            text.replace('store = "../.recon/store.sqlite"', f'store = "{url}"'), encoding="utf-8"
        )
        workspace = begin(folder)
        run = close(workspace, "2026-08")
        one, other = outputs(closed[1].folder), outputs(run.folder)
        assert sorted(one) == sorted(other)
        differing = [name for name in one if one[name] != other[name] and name.endswith(".parquet")]
        assert differing == []
        workspace.store.close()
