"""The server's sentences in Korean, for the pages of those who read Korean.

Rooms below say what they found in English. The workbench tells it in the language of whoever asks. Each room
has a module here with its `SENTENCES`: an English template and the Korean one. Both have the same values:

- `{name}`: a value. It is told in Korean itself where it is a known sentence or phrase.
- `{name!}` in the Korean one: a value that people or files gave, which is never changed; the same is true of every
  value between quotation marks or backticks in the English one.
- `{name:을}`: with the particle that fits the value: `이`, `을`, `은`, `과`, `으로` and others of `PARTICLES`.

- `{:을}`: a particle that fits what stands before it, such as a quoted value: "`{name}`{:을}".

A phrase of one word (`"days": "일"`) is told inside the sentences of its own room only, so that a column `days` in
another room's sentence stays what it is. A sentence that nobody wrote in Korean stays English.
"""

from hilum.serving.korean.telling import told_in_korean

__all__ = ["told_in_korean"]
