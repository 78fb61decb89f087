"""Tables: the catalogue, any CSV file, encoding, splits and an audit before training.

>>> from nashcore.data import prepare
>>> task = prepare("titanic", "sex")
>>> task.group_names, task.label_names, tuple(task.train.cells.unique().tolist())
(('female', 'male'), ('died', 'survived'), (0, 1, 2, 3))
"""

from typing import TYPE_CHECKING

from nashcore.door import open_on_demand

if TYPE_CHECKING:
    from nashcore.data.alternatives import Alternatives, alternatives
    from nashcore.data.audit import audit_task, serious_findings
    from nashcore.data.catalogue import (
        DATASETS,
        PUBLISHED_SPLITS,
        Dataset,
        PublishedSplit,
        get_dataset,
        get_published_split,
    )
    from nashcore.data.column_names import check_not_repeated
    from nashcore.data.column_reading import ColumnReading
    from nashcore.data.columns import as_text, is_number, number_or_text
    from nashcore.data.csv_file import CsvTable, read_csv
    from nashcore.data.download import by_hand
    from nashcore.data.encode import Encoder
    from nashcore.data.export import to_safe_csv
    from nashcore.data.file_source import (
        PACKED_ENDINGS,
        TABLE_ENDINGS,
        kept,
        opened,
        table_ending,
        table_name,
    )
    from nashcore.data.finding import Finding, headline
    from nashcore.data.groups import groups_of_rows, parse_sensitive
    from nashcore.data.labels import labels_of_rows
    from nashcore.data.prepare import prepare
    from nashcore.data.raw_table import first_lines
    from nashcore.data.readings import ReadColumns, read_columns
    from nashcore.data.roles import Sensitive, Target
    from nashcore.data.sources import (
        Availability,
        availability,
        data_home,
        data_home_at,
        describe_datasets,
        fetch,
        table_to_carry,
    )
    from nashcore.data.split_file import MAX_SPLITS_BYTES, SPLIT_KEYS, GivenSplits
    from nashcore.data.splits import Split
    from nashcore.data.task import Part, Task, prepare_table
    from nashcore.data.unseen import unseen_values
    from nashcore.options import TableOptions
else:
    open_on_demand(__name__)

__all__ = [
    "DATASETS",
    "MAX_SPLITS_BYTES",
    "PACKED_ENDINGS",
    "PUBLISHED_SPLITS",
    "SPLIT_KEYS",
    "TABLE_ENDINGS",
    "Alternatives",
    "Availability",
    "ColumnReading",
    "CsvTable",
    "Dataset",
    "Encoder",
    "Finding",
    "GivenSplits",
    "Part",
    "PublishedSplit",
    "ReadColumns",
    "Sensitive",
    "Split",
    "TableOptions",
    "Target",
    "Task",
    "alternatives",
    "as_text",
    "audit_task",
    "availability",
    "by_hand",
    "check_not_repeated",
    "data_home",
    "data_home_at",
    "describe_datasets",
    "fetch",
    "first_lines",
    "get_dataset",
    "get_published_split",
    "groups_of_rows",
    "headline",
    "is_number",
    "kept",
    "labels_of_rows",
    "number_or_text",
    "opened",
    "parse_sensitive",
    "prepare",
    "prepare_table",
    "read_columns",
    "read_csv",
    "serious_findings",
    "table_ending",
    "table_name",
    "table_to_carry",
    "to_safe_csv",
    "unseen_values",
]
