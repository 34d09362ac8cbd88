"""Whether the parts of a plant fit each other, one file a subject.

Names are checked on plain descriptions, as in the file: the loader asks for them even when other things are wrong, so
that all is told at once. What follows from names that exist (flow, people, vehicles, supply) is checked on the plant.
"""

from plants.model.consistency.fault import Fault, Inconsistent
from plants.model.consistency.faults import faults_of, name_faults

__all__ = ["Fault", "Inconsistent", "faults_of", "name_faults"]
