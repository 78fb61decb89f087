"""A process that computes for the server: ``python -m ui.shell.computing.worker``, spoken to through its pipes.

It reads ("work", number, Work) and ("leave", number) and answers ("share", number, share), then one of ("answer", number, pickle),
("refused", number, sentence) and ("failed", number, sentence). It ends when its server does.
"""

from __future__ import annotations

import math
import os
import pickle
import queue
import sys
import threading
import time
from typing import Any, BinaryIO

from nashcore.errors import InputError
from ui.shell.computing.work import BrokenOffError, Work

TELLS_EVERY = 0.1
"""Seconds between two reports of the share done."""


class Desk:
    """One piece of work at a time, which can be left while it is under way.

    Args:
        inbox: where orders come from.
        outbox: where answers go.
    """

    def __init__(self, inbox: BinaryIO, outbox: BinaryIO) -> None:
        self._inbox, self._outbox = inbox, outbox
        self._orders: queue.SimpleQueue[tuple[int, Work]] = queue.SimpleQueue()
        self._left = -1
        self._told = 0.0

    def serve(self) -> None:
        """Answer orders for ever."""
        threading.Thread(target=self._listen, daemon=True).start()
        while True:
            self._answer(*self._orders.get())

    def _listen(self) -> None:
        try:
            while True:
                kind, number, *rest = pickle.load(self._inbox)  # noqa: S301  from the server that started us
                if kind == "work":
                    self._orders.put((number, rest[0]))
                else:
                    self._left = max(self._left, number)
        except EOFError:
            os._exit(0)  # the server is gone, and with it whoever waited; the work may be deep in a library

    def _answer(self, number: int, work: Work) -> None:
        def progress(share: float) -> None:
            if self._left >= number:
                raise BrokenOffError
            if time.monotonic() - self._told > TELLS_EVERY:
                self._told = time.monotonic()
                self._say("share", number, float(share))

        try:
            self._told = -math.inf
            progress(0.0)  # says that the work has begun
            self._say("answer", number, pickle.dumps(work.carry_out(progress), protocol=5))
        except BrokenOffError:
            self._say("failed", number, "Nobody waits for it any more.")
        except InputError as error:
            self._say("refused", number, str(error))
        except MemoryError:
            self._say("failed", number, "There is not enough memory for this: take less.")
        except Exception as error:  # noqa: BLE001  whatever it is, the page says so, and the next order is answered
            self._say("failed", number, f"The computation failed ({type(error).__name__}: {error}).")

    def _say(self, *message: Any) -> None:
        pickle.dump(message, self._outbox, protocol=5)
        self._outbox.flush()


def main() -> None:
    """Keep the pipes for the server: whatever else is printed goes to the log."""
    inbox, outbox = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    sys.stdin.close()
    import torch  # loaded before the first order is there

    torch.set_num_threads(1)
    import synthetic.simulate  # noqa: F401  what nearly every order needs

    Desk(inbox, outbox).serve()


if __name__ == "__main__":
    main()
