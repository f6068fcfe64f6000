"""Which requirements of a professional standard does a training program cover?"""

__version__ = "0.1.0"
