# ===- e2e/Inputs/listings.py - programs in a document -----------------------===#
#
# Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===#
#
#   listings.py DOCUMENT FOLDER COMPILER [FLAGS...]
#
# Compiles and runs each program (```cpp) of the document. It must print what the
# block after it (```text) says. DOCUMENT may ask for headers that aren't here:
# then the listing is left out, and said to be.

import os
import re
import subprocess
import sys

document, folder, *compiler = sys.argv[1:]
os.makedirs(folder, exist_ok=True)
text = open(document).read()
programs = re.findall(r"```cpp\n(.*?)```\n\n```text\n(.*?)```", text, re.S)
assert len(programs) == text.count("```cpp"), "a listing without its output"
failed = []
for number, (source, expected) in enumerate(programs, 1):
    name = os.path.join(folder, "listing%d" % number)
    if "<asio.hpp>" in source and not os.path.exists("/usr/include/asio.hpp"):
        print("listing %d: left out, there is no Asio" % number)
        continue
    with open(name + ".cpp", "w") as f:
        f.write(source)
    subprocess.run(compiler + [name + ".cpp", "-o", name], check=True)
    got = subprocess.run([name], stdout=subprocess.PIPE, text=True)
    if got.returncode != 0 or got.stdout != expected:
        failed.append(number)
        print("listing %d: ended with %d and printed:\n%s" % (number, got.returncode, got.stdout))
print("%d listings, failed: %s" % (len(programs), failed or "none"))
sys.exit(bool(failed))
