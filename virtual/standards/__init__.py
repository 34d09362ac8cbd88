"""The line in the terms of companion specifications: Machinery, PackML, ISA-95 Job Control; alarms as events.

Used by `virtual.server`. Everything here is beside the line's own tree, which a plant file describes.
"""
