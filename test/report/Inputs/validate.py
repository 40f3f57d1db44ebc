# Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# validate.py SCHEMA REPORT...: each report as the schema wants it.

import json
import sys

import jsonschema

with open(sys.argv[1]) as file:
    schema = json.load(file)
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
failed = False
for path in sys.argv[2:]:
    with open(path) as file:
        report = json.load(file)
    for error in validator.iter_errors(report):
        failed = True
        print("%s: %s: %s" % (path, error.json_path, error.message))
sys.exit(failed)
