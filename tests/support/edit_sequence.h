// EditSequence: a program and what happens to its given facts, for tests of maintenance.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/random_program.h"

namespace cartograph::testing {

// One fact given or taken back, as text: `base0(1, "a").`
struct FactEdit {
  bool add = true;
  std::string fact;
};

struct EditSequence {
  std::vector<std::string> declarations;
  std::vector<std::string> rules;
  std::vector<std::string> facts;                // given before the first revision
  std::vector<std::vector<FactEdit>> revisions;  // what each changes

  // The rules alone.
  std::string program() const;
  // All of it, for a person to read.
  std::string text() const;
};

// `program` with about `edits` edits of its given facts, a few a revision, and now and then of
// facts that rules derive too. The same seed gives the same sequence.
EditSequence MakeEditSequence(const RandomProgram& program, int edits, uint64_t seed);

}  // namespace cartograph::testing
