"""A small plant file that is right, to be spoilt in one place."""

from collections.abc import Callable

from plants.loader.problem import Problem

SMALL = """\
plant: small
name: {en: Small line, ko: 작은 라인}
flow_unit: {name: {en: box, ko: 상자}, piece: {en: piece, ko: 개}}
stations:
  - id: cutter
    name: {en: Cutter, ko: 절단기}
    cycle: {kind: constant, mean_s: 10}
    failures:
      - id: blade
        name: {en: Blade, ko: 날}
        mtbf_s: 3600
        mttr_s: 120
  - id: packer
    name: {en: Packer, ko: 포장기}
    cycle: {kind: lognormal, mean_s: 9, sd_s: 1}
    setups:
      pairs:
        - {before: red, after: blue, time: {kind: constant, mean_s: 60}}
buffers:
  - {id: belt, name: {en: Belt, ko: 벨트}, upstream: cutter, downstream: packer, capacity: 5}
products:
  - {id: red, name: {en: Red, ko: 빨강}}
  - {id: blue, name: {en: Blue, ko: 파랑}}
orders:
  - {id: first, product: red, quantity: 10, due_s: "08:30"}
  - {id: second, product: blue, quantity: 20, due_s: 22:00:00}
"""

Spoil = Callable[..., tuple[Problem, ...]]
