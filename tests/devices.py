"""The devices that tests of device-agnostic code run on: the CPU, and CUDA where there is one."""

from __future__ import annotations

import torch

DEVICES = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]
