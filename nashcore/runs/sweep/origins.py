"""Whether a sweep's runs come from one program on one kind of machine: where they do not, last digits may differ."""

from __future__ import annotations

from nashcore.errors import InputError
from nashcore.runs.store import Store
from nashcore.runs.sweep.figures import SweepFigures


def origin_sentences(store: Store, figures: SweepFigures) -> list[str]:
    """What differs in where a sweep's numbers come from, in sentences; none where nothing does."""
    programs, libraries, machines = set(), set(), set()
    for one in figures.standings:
        try:
            found = None if one.run is None else store.files.provenance(one.run.id)
        except InputError:  # its figures can be shown all the same
            continue
        for process in () if found is None else found.processes:
            programs.add((process.program, process.source))
            libraries.add(tuple(sorted(process.libraries.items())))
            machines.add((process.processor, process.device, process.threads))
    said = []
    if len(programs) > 1:
        said.append(
            f"The runs were trained by {len(programs)} versions of the program: a difference may come from the program alone."
        )
    if len(libraries) > 1 or len(machines) > 1:
        said.append(
            "The runs were not all trained with the same libraries on the same kind of machine: numbers may round otherwise, and "
            "training can make small differences large. Each run's report names its machine."
        )
    return said
