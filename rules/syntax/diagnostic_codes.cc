#include "rules/syntax/diagnostic_codes.h"

#include <cstddef>

namespace cartograph::rules {
namespace {

constexpr CodeEntry kCatalogue[] = {
    {Code::kInvalidUtf8, "E001", "text that is not UTF-8",
     "Rule text is UTF-8. A file in another encoding, or with a damaged byte, is not read at all.",
     "a(\"\xC3\")."},
    {Code::kControlCharacter, "E002", "a control character",
     "Apart from line ends and tabs no control character may stand in rule text, not even in a "
     "string or a comment: most "
     "editors do not show them.",
     "a(\x01)."},
    {Code::kTextTooLarge, "E003", "a file that is too large",
     "Rule packs are written by people. A file of more bytes than the limit is data: give it to "
     ".input.",
     "(a file of more than 1 MiB)"},
    {Code::kUnexpectedCharacter, "E004", "a character that means nothing",
     "This character begins no word of the language. Quotation marks are the straight ones.",
     "a(x) :- b(x) & c(x)."},
    {Code::kUnterminatedString, "E005", "a string without an end",
     "A string begins and ends with a straight double quotation mark.", "a(\"b)."},
    {Code::kUnknownEscape, "E006", "an unknown escape",
     R"(In a string a backslash begins one of the escapes \" \' \\ \a \b \f \n \r \t \v.)",
     R"(a("\q").)"},
    {Code::kUnterminatedComment, "E007", "a comment without an end",
     "A comment that begins with /* ends with */.", "/* a(1)."},
    {Code::kMalformedNumber, "E008", "a malformed number",
     "Numbers are decimal, hexadecimal (0x2A) or binary (0b101), with a u behind them when "
     "unsigned; a float has digits on "
     "both sides of its point and no exponent.",
     "a(1e6)."},
    {Code::kSyntax, "E009", "a syntax error",
     "The text does not follow the grammar of docs/language.md; the message says what could stand "
     "here.",
     "a(x) :- b(x) c(x)."},
    {Code::kReservedWord, "E010", "a reserved word as a name",
     "Words such as count, match or output belong to the language and name no relation, column, "
     "type or variable.",
     ".decl count(x: number)"},
    {Code::kNestingTooDeep, "E011", "nesting that is too deep",
     "Terms, bodies and components nest up to a limit, which is far above what people write.",
     "a(((((…)))))."},
    {Code::kMoreDiagnostics, "E012", "more diagnostics than are shown",
     "After the limit of one run, further diagnostics are only counted.",
     "(a file with hundreds of errors)"},
    {Code::kUnknownDirective, "E013", "an unknown directive", "No directive has this name.",
     ".outptu a"},
    {Code::kMalformedAnnotation, "E014", "a malformed annotation",
     "An annotation is written @[name], @[name = value] or @[name(key = value, …)] before a "
     "declaration or a rule.",
     "@says \"x\" a(1)."},
    {Code::kIncludeNotFound, "E015", "an include that cannot be read",
     "The file named by .include is not there, or this place does not allow includes.",
     ".include \"missing.dl\""},
    {Code::kIncludeCycle, "E016", "an include of itself",
     "A file includes itself, directly or through others. Put .once at its head if it is meant to "
     "be read once.",
     ".include \"this_file.dl\""},
    {Code::kTooLarge, "E017", "a program that is too large",
     "Some part of the program passes a limit of the compiler: types, included files, instances of "
     "components, terms of a "
     "rule, or the number of rules that one rule with disjunctions stands for.",
     "a(x) :- (b(x) ; c(x)), (b(x) ; c(x)), … twenty times."},
    {Code::kPreprocessor, "E101", "a C preprocessor line is not supported",
     "Soufflé runs the C preprocessor over its input; here text is read as it is. Write constants "
     "out, share text with "
     ".include.",
     "#define LIMIT 10"},
    {Code::kUserFunctor, "E102", "user-defined functors and aggregates are not supported",
     "Functors and aggregates written in C++ (.functor, @name, @@name) are not supported: rules "
     "stay data.",
     ".functor f(x: number): number"},
    {Code::kAutoinc, "E103", "the counter is not supported",
     "autoinc() and $ give numbers in the order of evaluation, which is not part of what a program "
     "means.",
     "a(autoinc()) :- b(x)."},
    {Code::kOrd, "E104", "ord is not supported",
     "ord shows how strings are stored, which differs from run to run.", "a(ord(x)) :- b(x)."},
    {Code::kChoiceDomain, "E105", "choice-domain is not supported",
     "Which facts a choice keeps depends on the order of evaluation. Subsumption or an aggregate "
     "chooses by meaning.",
     ".decl a(x: number, y: number) choice-domain x"},
    {Code::kLattice, "E106", "lattices are not supported",
     "Lattice types and columns are not supported. Subsumption keeps the best of several facts.",
     ".decl a(x: number, l: Interval<>)"},
    {Code::kDebugDelta, "E107", "debug_delta is not supported",
     "The delta relations of semi-naive evaluation are not part of what a program means.",
     ".decl d = debug_delta(a)"},
    {Code::kPlaceMacro, "E108", "built-in macros are not supported",
     "__FILE__, __LINE__, __INCL__ and __ITERATION__ are not supported: a rule means the same "
     "wherever it stands.",
     "a(__LINE__)."},
    {Code::kAggregateDisjunction, "E109", "a disjunction in an aggregate is not supported",
     "As in Soufflé, the body of an aggregate is a conjunction. Define a relation with several "
     "rules and aggregate over it.",
     "a(n) :- n = count : { b(_) ; c(_) }."},
    {Code::kCastAcrossKinds, "E110", "a cast between kinds of values is not supported",
     "as(x, T) may change the type of a value within its kind, and read the bits of a number as "
     "another numeric type. A cast "
     "between symbols, records and numbers would show how values are stored.",
     "a(as(x, number)) :- names(x)."},
    {Code::kSumUnnamed, "E111", "_ in such a sum is not supported",
     "In sum and mean, bindings of `_` alone make no difference when the body has several atoms. "
     "Such a body has to bind all "
     "its variables itself here; name a relation with the columns that matter and aggregate over "
     "that.",
     "a(x, n) :- b(x), n = sum y : { c(y, _), d(y), y < x }."},
    {Code::kIoParameter, "E112", "a parameter of a directive that is not supported",
     "Fact files are read and written as text: IO is file, stdout or stdoutprintsize, and "
     "filename, "
     "delimiter, headers, rfc4180 and, for .input, columns say more. Compressed files, JSON and "
     "SQLite are not supported.",
     ".output a(IO=sqlite, dbname=\"facts.db\")"},
    {Code::kUnknownRelation, "E201", "an unknown relation",
     "Every relation is declared with .decl, or is a base relation of the knowledge base.",
     "a(x) :- edgee(x)."},
    {Code::kUnknownType, "E202", "an unknown type",
     "Every type is symbol, number, unsigned, float, or declared with .type.",
     ".decl a(x: nubmer)"},
    {Code::kNameClash, "E203", "a name declared twice",
     "Types and relations share one space of names.", ".decl a(x: number)\n.decl a(y: number)"},
    {Code::kRepeatedName, "E204", "a repeated column, field, branch or parameter",
     "The columns of a relation, the fields of a record and of a branch have different names; a "
     "branch name is used once in a "
     "program.",
     ".decl a(x: number, x: number)"},
    {Code::kWrongArity, "E205", "a wrong number of arguments",
     "An atom has one argument for each column of its relation.", ".decl a(x: number)\na(1, 2)."},
    {Code::kUnknownBranch, "E206", "an unknown branch",
     "$Name(…) makes a value of the algebraic type that has a branch Name.", "a($Leef())."},
    {Code::kBaseHead, "E207", "a rule for a base relation",
     "Base relations are filled from the entities of the knowledge base; rules only read them. "
     "Derive a relation of your own.",
     "evidence(x) :- a(x)."},
    {Code::kPredefinedType, "E208", "a predefined type declared again",
     "symbol, number, unsigned and float are predefined.", ".type number <: symbol"},
    {Code::kCyclicType, "E209", "a type defined by itself",
     "A subtype, an alias or a union may not lead back to itself. Records and algebraic types may.",
     ".type A = B\n.type B = A"},
    {Code::kUnionElement, "E210", "a union of unlike types",
     "The parts of a union are types of one kind: all symbols, all numbers, … Records and "
     "algebraic types cannot be united.",
     ".type A = symbol | number"},
    {Code::kSubtypeBase, "E211", "a subtype of a union or record",
     "Subtypes are made of primitive types and their subtypes.", ".type U = A | B\n.type C <: U"},
    {Code::kAggregateTarget, "E212", "a wrong target of an aggregate",
     "count takes no target; sum, min, max and mean take one.", "a(n) :- n = sum : { b(_) }."},
    {Code::kEqrelSignature, "E213", "an equivalence relation of the wrong form",
     "An eqrel relation has two columns of the same type.", ".decl same(x: number) eqrel"},
    {Code::kUnknownFunctor, "E214", "an unknown functor",
     "The functors are listed in docs/language.md. An atom cannot stand inside a term.",
     "a(x) :- b(y), x = lenght(y)."},
    {Code::kFunctorArity, "E215", "a wrong number of arguments of a functor",
     "cat, min and max take any number of arguments, range two or three, substr three, the others "
     "one.",
     "a(x) :- b(y), x = strlen(y, y)."},
    {Code::kLimitsize, "E216", "a wrong .limitsize", ".limitsize has the parameter n, a number.",
     ".limitsize a"},
    {Code::kUnknownComponent, "E217", "an unknown component",
     "Every component is declared with .comp.", ".init x = Missing"},
    {Code::kComponentParameters, "E218", "a wrong number of type parameters",
     "A component is used with as many type parameters as it is declared with.",
     ".comp C<T> { }\n.init x = C"},
    {Code::kCyclicComponent, "E219", "a component made of itself",
     "A component may not inherit from itself nor hold an instance of itself, directly or through "
     "others.",
     ".comp C : C { }\n.init x = C"},
    {Code::kOverride, "E220", "a wrong .override",
     ".override names a relation that a super-component declares overridable.",
     ".comp C : B { .override a }"},
    {Code::kNoType, "E301", "no type fits",
     "The places where this variable or term stands ask for types that have no value in common.",
     "a(x) :- targets(x), diseases(x)."},
    {Code::kArgumentType, "E302", "an argument of the wrong type",
     "A value may stand where its own type is asked for, or one that its type is a subtype of.",
     "target(x) :- name(x).   // x: symbol, not Target"},
    {Code::kNegatedArgumentType, "E303", "an argument of the wrong kind in a negated atom",
     "In a negated atom an argument and its column are of one kind.", "a(x) :- b(x), !names(x)."},
    {Code::kConstantType, "E304", "a constant of the wrong type",
     "The constant is of another type than its place asks for, or does not fit into 32 bits.",
     ".decl a(x: number)\na(\"b\")."},
    {Code::kNoOverload, "E305", "a functor over the wrong types",
     "No form of the functor takes arguments of these types.", "a(x) :- b(s, n), x = s + n."},
    {Code::kOperandType, "E306", "a comparison of the wrong types",
     "match and contains compare symbols; < and its like compare numbers or symbols of one type.",
     "a(x) :- b(x), match(\"a.*\", x).   // x: number"},
    {Code::kRecordType, "E307", "a record of the wrong form",
     "A record needs a place that says its type, and as many values as the type has fields.",
     ".type P = [x: number]\n.decl a(p: P)\na([1, 2])."},
    {Code::kBranchType, "E308", "a branch of the wrong form",
     "A branch needs as many values as it is declared with, each of the field's type, in a place "
     "of its algebraic type.",
     ".type T = Leaf {} | Node {l: T}\n.decl a(t: T)\na($Node())."},
    {Code::kAggregateType, "E309", "an aggregate over the wrong type",
     "sum, min and max take numbers, mean takes floats; count gives a number.",
     "a(n) :- n = sum s : { names(s) }."},
    {Code::kUngroundedVariable, "E401", "an ungrounded variable",
     "Every variable of a rule is bound by a positive atom of its body, or by an equality with "
     "something that is bound.",
     "a(x, y) :- b(x)."},
    {Code::kUngroundedRecord, "E402", "an ungrounded record",
     "A record or branch is bound when all its parts are, or when it equals something bound.",
     "a(1) :- b(x), !c([x, _])."},
    {Code::kUnnamedInHead, "E403", "_ in the head of a rule",
     "The head of a rule says every value of the fact that it derives.", "a(_) :- b(x)."},
    {Code::kUnnamedInConstraint, "E404", "_ in a constraint",
     "_ stands for a value of an atom, record or branch only.", "a(x) :- b(x), x < _."},
    {Code::kFactNotConstant, "E405", "a fact with a variable",
     "A fact without a body is made of constants.", "a(x)."},
    {Code::kWitness, "E406", "a witness of count, sum or mean",
     "A variable that only the body of an aggregate binds is used outside of it. min and max have "
     "such a witness; count, sum "
     "and mean do not.",
     "a(x, n) :- n = count : { b(x) }."},
    {Code::kDependentAggregates, "E407", "aggregates that depend on each other",
     "No order of evaluation binds what each of these literals needs.",
     "a(x) :- x = count : { b(y) }, y = count : { b(x) }."},
    {Code::kSubsumptionRelations, "E408", "a subsumption over two relations or none",
     "Both atoms of a subsumption are of the same relation, and it has columns.",
     "a(x) <= b(y) :- x < y."},
    {Code::kInline, "E409", "a relation that cannot be inlined",
     "As in Soufflé, an inline relation is not recursive, not read or written, not aggregated "
     "over, and not negated where "
     "that would need new variables.",
     ".decl a(x: number) inline\n.output a"},
    {Code::kNegationCycle, "E501", "recursion through negation",
     "A relation may not depend on its own negation: no order of evaluation would be right. The "
     "notes show the cycle.",
     "a(x) :- b(x), !a(x)."},
    {Code::kAggregationCycle, "E502", "recursion through an aggregate",
     "A relation may not depend on an aggregate over itself. The notes show the cycle.",
     "a(n) :- n = count : { a(_) }."},
    {Code::kTestSyntax, "E601", "a malformed rule test",
     "A test is written test \"title\" { given facts  expect facts  only relations }.", "test { }"},
    {Code::kTestNotGiven, "E602", "a given fact of a derived relation",
     "Tests give facts of base relations, and of relations that no rule defines; the rules derive "
     "the others.",
     "test \"t\" { given studied_in(\"a\", \"b\"). }"},
    {Code::kTestNotConstant, "E603", "a fact of a test that is not constant",
     "Facts of a test are made of constants. In expect, _ stands for any value.",
     "test \"t\" { given a(x). }"},
    {Code::kSingletonVariable, "W001", "a variable that stands once",
     "A variable that stands only once in a rule joins nothing: often a misspelling. Write _, or "
     "begin its name with _.",
     "a(x) :- b(x, y)."},
    {Code::kRepeatedSingleton, "W002", "a variable marked as standing once that stands twice",
     "A name that begins with _ says that the variable stands once.", "a(_x) :- b(_x)."},
    {Code::kPragmaIgnored, "W003", "a pragma that is ignored",
     "Pragmas set options of Soufflé, which do not exist here.", ".pragma \"legacy\""},
    {Code::kPlanIgnored, "W004", "a plan that is ignored",
     "The order of literals is chosen by statistics; the result does not depend on it.",
     "a(x) :- b(x), c(x). .plan 0:(2,1)"},
    {Code::kDeprecated, "W005", "a deprecated form",
     "Soufflé still reads this form and warns about it.", ".decl a(x: number) output"},
    {Code::kUnusedRelation, "W006", "a relation that nothing uses",
     "No rule, fact or directive names the relation; or, in a program with .output or .printsize, "
     "rules derive it and nothing reads it.",
     ".decl a(x: number)"},
    {Code::kCrossProduct, "W007", "a cross product",
     "No variable, constraint or negation joins the atoms of this body: each fact of one meets "
     "each of the other. Often a variable is misspelt. "
     "@[product] before the rule says that it is meant.",
     "a(x, y) :- b(x), c(y)."},
    {Code::kNeverFires, "W008", "a rule that can never fire",
     "A literal of the body never holds: a comparison of constants, of a variable with itself, or "
     "an atom of a relation that can have no facts.",
     "a(x) :- b(x), 1 > 2."},
};

}  // namespace

absl::Span<const CodeEntry> Catalogue() { return kCatalogue; }

const CodeEntry& EntryOf(Code code) { return kCatalogue[static_cast<size_t>(code)]; }

Severity SeverityOf(Code code) {
  return EntryOf(code).id[0] == 'E' ? Severity::kError : Severity::kWarning;
}

}  // namespace cartograph::rules
