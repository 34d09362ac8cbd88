"""A small plant with routes, assembly, batches, people, vehicles, material and maintenance; right, to be spoilt."""

CELL = """\
plant: cell
name: {en: Cell, ko: 셀}
flow_unit: {name: {en: part, ko: 부품}, piece: {en: part, ko: 부품}}
stations:
  - id: saw
    name: {en: Saw, ko: 톱}
    cycle: {kind: constant, mean_s: 60}
    calendar: day
    operator: {skill: sawing}
    position: {x_m: 0, y_m: 0}
    dispatch: {rule: sequence, sequence: [one, two]}
  - id: mill
    name: {en: Mill, ko: 밀링}
    servers: 2
    setups: {pairs: [{before: shaft, after: boring, time: {kind: constant, mean_s: 300}}]}
    failures: [{id: spindle, name: {en: Spindle, ko: 스핀들}, mtbf_s: 9000, mttr_s: 600, skill: mending}]
    wear: {per_hour: 1}
    maintenance:
      - id: tool
        name: {en: Tool, ko: 공구}
        duration: {kind: constant, mean_s: 90}
        wear_above: 5
        skill: mending
        renews: [spindle]
    position: {x_m: 30, y_m: 0}
  - id: oven
    name: {en: Oven, ko: 오븐}
    cycle: {kind: constant, mean_s: 600}
    batch: {minimum: 3, maximum: 6}
    position: {x_m: 30, y_m: 40}
  - id: bench
    name: {en: Bench, ko: 작업대}
    cycle: {kind: constant, mean_s: 120}
buffers:
  - {id: rack, name: {en: Rack, ko: 랙}, upstream: [saw, oven], downstream: mill, capacity: 9, carrier: agv}
  - {id: tray, name: {en: Tray, ko: 트레이}, upstream: mill, downstream: oven, capacity: 6, carrier: agv}
  - {id: pin_box, name: {en: Pins, ko: 핀}, upstream: saw, downstream: bench, capacity: 20}
  - {id: table, name: {en: Table, ko: 테이블}, upstream: [mill, bench], downstream: bench, capacity: 4}
products:
  - id: shaft
    name: {en: Shaft, ko: 샤프트}
    route:
      - {step: cut, stations: saw, materials: [{material: bar, quantity: 2}]}
      - {step: mill, stations: mill, time: {kind: constant, mean_s: 90}, setup: boring}
      - {step: harden, stations: oven}
      - step: finish
        stations: [mill]
        times: [{station: mill, time: {kind: constant, mean_s: 30}}]
      - {step: fit, stations: bench, components: [{product: pin, quantity: 2}], inspection: {}, rework: {to: fit2}}
      - {step: fit2, stations: bench}
  - id: pin
    name: {en: Pin, ko: 핀}
    route: [{step: cut, stations: saw}]
orders:
  - {id: one, product: shaft, quantity: 5, due_s: "08:00"}
  - {id: two, product: shaft, quantity: 5, due_s: "16:00"}
arrivals:
  - {id: spare, product: pin, every: {kind: exponential, mean_s: 3600}}
wip_limit: 40
calendars:
  - {id: day, shifts: [{start_s: "06:00", end_s: "14:00"}], breaks: [{start_s: "10:00", end_s: "10:30"}]}
  - {id: late, every_days: 7, shifts: [{start_s: "14:00", end_s: "22:00"}, {start_s: "62:00", end_s: "70:00"}]}
crews:
  - {id: red, name: {en: Red, ko: 빨강}, size: 2, skills: [sawing, mending], calendar: day}
fleets:
  - id: agv
    name: {en: AGV, ko: 무인차}
    count: 1
    speed_m_per_s: 1
    load_s: 30
    unload_s: 30
    home: saw
    battery: {capacity_kwh: 1, moving_kw: 0.4, charging_kw: 1, charger_at: mill}
materials:
  - {id: bar, name: {en: Bar, ko: 봉}, unit: m, initial: 1, deliveries: [{at_s: "07:00", quantity: 100}]}
"""
