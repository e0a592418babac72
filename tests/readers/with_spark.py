"""Spark, where Java is."""

import shutil
import sys


def session():
    """A session of one core; none, with a loud word, where Spark cannot run."""
    if shutil.which("java") is None:
        print("SKIPPED: there is no java; Spark does not read the lake here", file=sys.stderr)
        return None
    from pyspark.sql import SparkSession

    spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    return spark
