"""Tables: the catalogue, any CSV file, encoding, splits and an audit before training.

>>> from nashcore.data import prepare
>>> task = prepare("titanic", "sex")
>>> task.group_names, task.label_names, tuple(task.train.cells.unique().tolist())
(('female', 'male'), ('died', 'survived'), (0, 1, 2, 3))
"""

from nashcore.data.audit import Finding, audit_task
from nashcore.data.catalogue import (
    DATASETS,
    PUBLISHED_SPLITS,
    Dataset,
    PublishedSplit,
    get_dataset,
    get_published_split,
)
from nashcore.data.csv_file import CsvTable, read_csv
from nashcore.data.encode import Encoder
from nashcore.data.export import to_safe_csv
from nashcore.data.groups import parse_sensitive
from nashcore.data.prepare import prepare
from nashcore.data.roles import Sensitive, Target
from nashcore.data.sources import Availability, availability, data_home, describe_datasets, fetch
from nashcore.data.split_file import GivenSplits
from nashcore.data.splits import Split
from nashcore.data.task import Part, Task, prepare_table
from nashcore.options import TableOptions

__all__ = [
    "DATASETS",
    "PUBLISHED_SPLITS",
    "Availability",
    "CsvTable",
    "Dataset",
    "Encoder",
    "Finding",
    "GivenSplits",
    "Part",
    "PublishedSplit",
    "Sensitive",
    "Split",
    "TableOptions",
    "Target",
    "Task",
    "audit_task",
    "availability",
    "data_home",
    "describe_datasets",
    "fetch",
    "get_dataset",
    "get_published_split",
    "parse_sensitive",
    "prepare",
    "prepare_table",
    "read_csv",
    "to_safe_csv",
]
