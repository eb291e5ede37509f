// The catalogue of diagnostics: every code with its title, what it means, and an example that
// yields it.
//
// A code, once given, is never given to something else. E0 text and grammar · E1 not supported · E2
// names · E3 types · E4 safety · E5 stratification · E6 rule tests · W warnings.

#pragma once

#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "rules/syntax/diagnostic.h"

namespace cartograph::rules {

enum class Code : uint16_t {
  // Text and grammar.
  kInvalidUtf8,
  kControlCharacter,
  kTextTooLarge,
  kUnexpectedCharacter,
  kUnterminatedString,
  kUnknownEscape,
  kUnterminatedComment,
  kMalformedNumber,
  kSyntax,
  kReservedWord,
  kNestingTooDeep,
  kMoreDiagnostics,
  kUnknownDirective,
  kMalformedAnnotation,
  kIncludeNotFound,
  kIncludeCycle,
  kTooLarge,
  // Not supported.
  kPreprocessor,
  kUserFunctor,
  kAutoinc,
  kOrd,
  kChoiceDomain,
  kLattice,
  kDebugDelta,
  kPlaceMacro,
  kAggregateDisjunction,
  kCastAcrossKinds,
  kSumUnnamed,
  kIoParameter,
  // Names.
  kUnknownRelation,
  kUnknownType,
  kNameClash,
  kRepeatedName,
  kWrongArity,
  kUnknownBranch,
  kBaseHead,
  kPredefinedType,
  kCyclicType,
  kUnionElement,
  kSubtypeBase,
  kAggregateTarget,
  kEqrelSignature,
  kUnknownFunctor,
  kFunctorArity,
  kLimitsize,
  kUnknownComponent,
  kComponentParameters,
  kCyclicComponent,
  kOverride,
  // Types.
  kNoType,
  kArgumentType,
  kNegatedArgumentType,
  kConstantType,
  kNoOverload,
  kOperandType,
  kRecordType,
  kBranchType,
  kAggregateType,
  // Safety.
  kUngroundedVariable,
  kUngroundedRecord,
  kUnnamedInHead,
  kUnnamedInConstraint,
  kFactNotConstant,
  kWitness,
  kDependentAggregates,
  kSubsumptionRelations,
  kInline,
  // Stratification.
  kNegationCycle,
  kAggregationCycle,
  // Rule tests.
  kTestSyntax,
  kTestNotGiven,
  kTestNotConstant,
  // Warnings.
  kSingletonVariable,
  kRepeatedSingleton,
  kPragmaIgnored,
  kPlanIgnored,
  kDeprecated,
  kUnusedRelation,
  kCrossProduct,
  kNeverFires,
};

// One entry of the catalogue.
struct CodeEntry {
  Code code;
  absl::string_view id;           // "E201"
  absl::string_view title;        // a noun phrase
  absl::string_view explanation;  // one paragraph
  absl::string_view example;      // rule text that yields the diagnostic
};

// All entries, in order of Code.
absl::Span<const CodeEntry> Catalogue();
const CodeEntry& EntryOf(Code code);
// Errors are the codes whose id begins with E.
Severity SeverityOf(Code code);

}  // namespace cartograph::rules
