"""Describe a line of one's own in Python; the same keys as in a plant file, checked by the same rules."""

from plants.kpi import Kpi
from plants.model.plant import Plant
from twin import simulate

LINE = {
    "plant": "two_machines",
    "name": {"en": "Two machines", "ko": "두 기계"},
    "flow_unit": {"name": {"en": "part", "ko": "부품"}, "piece": {"en": "part", "ko": "부품"}},
    "stations": [
        {
            "id": "mill",
            "name": {"en": "Mill", "ko": "밀링"},
            "cycle": {"kind": "triangular", "low_s": 50, "mode_s": 55, "high_s": 70},
        },
        {
            "id": "wash",
            "name": {"en": "Washer", "ko": "세척기"},
            "cycle": {"kind": "constant", "mean_s": 54},
            "failures": [{"id": "pump", "name": {"en": "Pump", "ko": "펌프"}, "mtbf_s": 7200, "mttr_s": 600}],
        },
    ],
    "buffers": [
        {
            "id": "rack",
            "name": {"en": "Rack", "ko": "랙"},
            "upstream": "mill",
            "downstream": "wash",
            "capacity": 4,
        }
    ],
    "products": [{"id": "housing", "name": {"en": "Housing", "ko": "하우징"}}],
}

for places in (1, 4, 16):
    LINE["buffers"][0]["capacity"] = places  # type: ignore[index]  # the mapping above is known
    plant = Plant.model_validate(LINE)
    throughput = simulate(plant, horizon_s=8 * 3600, replications=20).kpis[Kpi.THROUGHPUT]
    print(f"rack of {places:2d}: {throughput.mean:.1f} parts an hour ({throughput.low:.1f} to {throughput.high:.1f})")
