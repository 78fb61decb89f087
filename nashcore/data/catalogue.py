"""The six datasets and seven settings: what they are, where they come from, and the sizes of their splits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from nashcore.data.roles import Sensitive, Target
from nashcore.errors import InputError, quoted

CC_BY = "CC BY 4.0"
WHOLE = "the whole table"
UCI = "UCI Machine Learning Repository"


@dataclass(frozen=True)
class Download:
    """One public archive and the files inside it that make the table.

    Attributes:
        url: where the archive is.
        members: names of the files, in the order of the table's rows; an archive inside the archive is
            opened.
        also: other names that the archive may have on the reader's disk, such as those of archives inside it.
        sha256: of the archive, where its publisher keeps it unchanged; the finished table is checked in any
            case.
        size: no more than this many bytes are fetched.
    """

    url: str
    members: tuple[str, ...]
    also: tuple[str, ...] = ()
    sha256: str | None = None
    size: int = 20_000_000

    @property
    def name(self) -> str:
        """The archive's own name."""
        return self.url.rpartition("/")[2]


@dataclass(frozen=True)
class Dataset:
    """A table of the catalogue.

    Attributes:
        name: the key in `DATASETS`, and the name of its file.
        title: the name shown to people.
        rows: number of rows.
        columns: number of columns, the target included.
        target: what is predicted.
        sensitive: the settings' sensitive columns by their short names.
        licence: the licence of the data.
        citation: whom to cite.
        source: where the table comes from.
        sha256: of the table as a CSV file.
        bundled: what the project's own copy is, or None where there is none.
        codes: columns whose numbers are names of categories.
        identifiers: columns that name a row and are never features.
        leaks: columns that give the target away, dropped unless asked for.
        download: the public archive, or None where there is none to read directly.
        by_hand: where there is no download: how to get the whole table, in plain sentences.
        choices: what is done where the paper that the settings come from is silent, in plain sentences.
    """

    name: str
    title: str
    rows: int
    columns: int
    target: Target
    sensitive: Mapping[str, Sensitive]
    licence: str
    citation: str
    source: str
    sha256: str
    bundled: str | None = None
    codes: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    leaks: tuple[str, ...] = ()
    download: Download | None = None
    by_hand: str | None = None
    choices: tuple[str, ...] = ()

    @property
    def bundled_whole(self) -> bool:
        """Whether the project's own copy is the whole table."""
        return self.bundled == WHOLE


@dataclass(frozen=True)
class PublishedSplit:
    """A dataset with one sensitive column, and the sizes of its split.

    Attributes:
        dataset: a key of `DATASETS`.
        sensitive: a key of the dataset's ``sensitive``.
        test_per_cell: test rows drawn in each (group, label) cell.
        validation_per_cell: validation rows drawn in each cell.
    """

    dataset: str
    sensitive: str
    test_per_cell: int
    validation_per_cell: int


_ALL = (
    Dataset(
        name="adult",
        title="Adult (census income)",
        rows=48842,
        columns=15,
        target=Target("class", positive=">50K", names=("<=50K", ">50K")),
        sensitive={"sex": Sensitive("sex"), "race": Sensitive("race")},
        licence=CC_BY,
        citation="Becker, B. and Kohavi, R. (1996). Adult. UCI Machine Learning Repository. "
        "doi:10.24432/C5XW20",
        source=f"{UCI}, dataset 2 (adult.test, then adult.data); OpenML 1590",
        sha256="b599a0a3cd1051f5a0e71d9334408e4190e820ba7911327452edbea3a2fee0b5",
        bundled=WHOLE,
        choices=("A missing value of a text is a category of its own; the paper does not say.",),
        download=Download(
            "https://archive.ics.uci.edu/static/public/2/adult.zip", ("adult.test", "adult.data")
        ),
    ),
    Dataset(
        name="bank",
        title="Bank marketing",
        rows=45211,
        columns=17,
        target=Target("y", positive="no", names=("subscribed", "did not subscribe")),
        sensitive={"age": Sensitive("age", threshold=25)},
        licence=CC_BY,
        citation="Moro, S., Rita, P. and Cortez, P. (2014). Bank Marketing. UCI Machine Learning Repository. "
        "doi:10.24432/C5K306",
        source=f"{UCI}, dataset 222 (bank-full.csv); OpenML 1461",
        sha256="b44507c26634736d4a0619ec2d7c4b6ff56a2c63cbeb5176d3134e7b25e416f0",
        choices=(
            "age makes the groups, cut at 25, and stays among the features as the number it is unless sensitive "
            "columns are left out; the paper does not say.",
        ),
        download=Download(
            "https://archive.ics.uci.edu/static/public/222/bank+marketing.zip",
            ("bank-full.csv",),
        ),
    ),
    Dataset(
        name="default_credit",
        title="Default of credit card clients",
        rows=30000,
        columns=24,
        target=Target("default payment next month", positive="0", names=("default", "no default")),
        sensitive={"sex": Sensitive("SEX", names=(("1", "Male"), ("2", "Female")))},
        licence=CC_BY,
        citation="Yeh, I-C. (2016). Default of Credit Card Clients. UCI Machine Learning Repository. "
        "doi:10.24432/C55S3H",
        source=f"{UCI}, dataset 350 (default of credit card clients.xls); OpenML 42477",
        sha256="eeaaa5addd59a2c56e82cbfca996f37ad98714c0237f1a3cbc8d7e973102966d",
        bundled=WHOLE,
        codes=("SEX", "EDUCATION", "MARRIAGE"),
        choices=(
            "The codes of SEX, EDUCATION and MARRIAGE are categories with careful data, and numbers with data as published.",
        ),
        download=Download(
            "https://archive.ics.uci.edu/static/public/350/default+of+credit+card+clients.zip",
            ("default of credit card clients.xls",),
        ),
    ),
    Dataset(
        name="us_crime",
        title="Communities and crime",
        rows=1994,
        columns=103,
        target=Target("ViolentCrimesPerPop", threshold=0.7, below=True, names=("high crime", "lower crime")),
        sensitive={"race": Sensitive("racepctblack", threshold=0.06)},
        licence=CC_BY,
        citation="Redmond, M. (2009). Communities and Crime. UCI Machine Learning Repository. "
        "doi:10.24432/C53W3X",
        source=f"{UCI}, dataset 183, columns with missing values left out; OpenML 315",
        sha256="a0fd2816063a170dcdbd0ce1459a635772d8d20f82592e525c2784aa9e1b0c75",
        bundled="1993 of the 1994 rows, in another order",
        identifiers=("communityname", "fold"),
        download=Download(
            "https://archive.ics.uci.edu/static/public/183/communities+and+crime.zip",
            ("communities.data",),
        ),
        choices=(
            "The share racepctblack makes the groups, cut at 0.06, and stays among the features as the number it is "
            "unless sensitive columns are left out; the paper does not say.",
            "communityname and fold name the row and are left out; state is a number, as the table has it.",
        ),
    ),
    Dataset(
        name="titanic",
        title="Titanic passengers",
        rows=1309,
        columns=14,
        target=Target("survived", positive="1", names=("died", "survived")),
        sensitive={"sex": Sensitive("sex")},
        licence="public domain",
        citation="Harrell, F. E. and Cason, T. (1999). Titanic dataset (titanic3), from Encyclopedia "
        "Titanica.",
        source="OpenML 40945",
        sha256="8fdc8c6dc02406d864e4e10eaf2a931808ce4c331246e147f527368dacc9462a",
        bundled="6 of the 14 columns",
        identifiers=("name",),
        leaks=("boat", "body"),
        by_hand="There is no download: OpenML serves the table in a format of its own (ARFF). The carried copy "
        "lacks name, ticket, fare, cabin, embarked, boat, body and home.dest; save the whole table as a CSV "
        "file with these names.",
        choices=(
            "The paper does not say what becomes of missing numbers (age, fare, body): here they become the median, "
            "and a feature of their own says where; a missing text is a category of its own.",
            "boat and body give the outcome away: careful data leaves them out, data as published keeps them.",
        ),
    ),
    Dataset(
        name="student_por",
        title="Student performance (Portuguese)",
        rows=649,
        columns=33,
        target=Target("G3", threshold=10, names=("fails", "passes")),
        sensitive={"sex": Sensitive("sex", names=(("F", "Female"), ("M", "Male")))},
        licence=CC_BY,
        citation="Cortez, P. (2008). Student Performance. UCI Machine Learning Repository. "
        "doi:10.24432/C5TG7T",
        source=f"{UCI}, dataset 320 (student-por.csv); OpenML 42351",
        sha256="3fb408fe4b66d4cdb90ad4ec5e3fb6de94ba662d0471a3d46c03da483069f76b",
        choices=("G1 and G2, the grades of earlier terms, stay among the features.",),
        download=Download(
            "https://archive.ics.uci.edu/static/public/320/student+performance.zip",
            ("student-por.csv",),
            also=("student.zip",),
        ),
    ),
)

DATASETS: Mapping[str, Dataset] = MappingProxyType({dataset.name: dataset for dataset in _ALL})
"""Every dataset by name."""

PUBLISHED_SPLITS: Mapping[tuple[str, str], PublishedSplit] = MappingProxyType(
    {
        (split.dataset, split.sensitive): split
        for split in (
            PublishedSplit("adult", "sex", 366, 3),
            PublishedSplit("adult", "race", 146, 3),
            PublishedSplit("bank", "age", 339, 3),
            PublishedSplit("default_credit", "sex", 225, 4),
            PublishedSplit("us_crime", "race", 14, 1),
            PublishedSplit("student_por", "sex", 16, 2),
            PublishedSplit("titanic", "sex", 9, 1),
        )
    }
)
"""Every setting by (dataset, sensitive)."""


def get_dataset(name: str) -> Dataset:
    """The dataset called ``name``.

    Raises:
        InputError: the name is not one of `DATASETS`.
    """
    try:
        return DATASETS[name]
    except KeyError:
        raise InputError(f"Dataset should be one of {', '.join(DATASETS)}. Found {quoted(name)}.") from None


def get_published_split(dataset: str, sensitive: str) -> PublishedSplit:
    """The setting of a dataset and one of its sensitive columns.

    Raises:
        InputError: there is no such dataset, or it has no such sensitive column.
    """
    offered = get_dataset(dataset).sensitive
    try:
        return PUBLISHED_SPLITS[dataset, sensitive]
    except KeyError:
        raise InputError(
            f"Sensitive column of {dataset} should be one of {', '.join(offered)}. Found {quoted(sensitive)}."
        ) from None
