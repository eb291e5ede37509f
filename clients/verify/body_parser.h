// Reads atoms, terms and bodies from the words of rule text.

#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/verify/rule_lexer.h"
#include "clients/verify/rule_syntax.h"

namespace cartograph::verify {

// Reads forward through words. Errors name their place: INVALID_ARGUMENT for text that is wrong,
// UNIMPLEMENTED for what the checker does not check.
class WordReader {
 public:
  // `words` end with one of kEnd; both outlive the reader.
  WordReader(const std::vector<Word>* words, absl::string_view text)
      : words_(*words), text_(text) {}

  const Word& Peek(size_t ahead = 0) const;
  Word Take();
  bool AtEnd() const { return Peek().form == Word::Form::kEnd; }
  // Whether the next word is the sign or name `text`.
  bool Sees(absl::string_view text, size_t ahead = 0) const;
  // Takes it if so.
  bool Accept(absl::string_view text);
  absl::Status Expect(absl::string_view text);
  absl::StatusOr<std::string> Name(absl::string_view what);
  // How many words ahead the bracket that closes the one at hand stands. INVALID_ARGUMENT when none
  // does.
  absl::StatusOr<size_t> ClosingBracket() const;

  absl::Status Wrong(absl::string_view what) const;
  absl::Status Unchecked(absl::string_view what) const;

 protected:
  // The text from word `first` up to the next word, blanks in a row as one.
  std::string TextSince(const Word& first) const;

 private:
  const std::vector<Word>& words_;
  const absl::string_view text_;
  size_t at_ = 0;
};

// What holds when `literal` does not.
Literal Opposite(Literal literal);

class BodyParser : public WordReader {
 public:
  using WordReader::WordReader;
  using Conjunction = std::vector<Literal>;

  absl::StatusOr<Atom> ParseAtom();
  absl::StatusOr<Term> ParseTerm();
  // The ways through the body's disjunctions, at least one.
  absl::StatusOr<std::vector<Conjunction>> ParseBody();

 private:
  // Counts a level of nesting while it lives.
  class Nested;

  absl::StatusOr<std::vector<Conjunction>> ParseConjunction();
  absl::StatusOr<std::vector<Conjunction>> ParseLiteral();
  absl::StatusOr<Literal> ParsePlainLiteral();
  absl::StatusOr<Literal> ParseTextTest();
  absl::StatusOr<Literal> ParseComparison();
  absl::StatusOr<std::vector<Conjunction>> Negated(const std::vector<Conjunction>& ways) const;
  absl::StatusOr<bool> SeesGroup() const;
  absl::StatusOr<bool> SeesAggregate() const;
  bool SeesAtom() const;

  absl::StatusOr<Term> ParseOperators(size_t level);
  absl::StatusOr<Term> ParseSigned();
  absl::StatusOr<Term> ParsePower();
  absl::StatusOr<Term> ParsePlainTerm();
  absl::StatusOr<Term> ParseNamedTerm();
  absl::StatusOr<Term> ParseBranch();
  absl::StatusOr<Term> ParseCast();
  absl::StatusOr<Term> ParseAggregate();
  absl::StatusOr<std::vector<Term>> ParseList(absl::string_view open, absl::string_view close);

  size_t depth_ = 0;
};

}  // namespace cartograph::verify
