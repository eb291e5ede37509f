#include "rules/engine/stratum.h"

#include <algorithm>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "rules/engine/closure.h"
#include "rules/engine/head_sink.h"
#include "rules/engine/ranges.h"
#include "rules/engine/rule_names.h"

namespace cartograph::rules {
namespace {

// A relation's RowSet may be a bitmap of up to 16 MB: beyond that a bit is rarer in the cache than
// a hash slot.
constexpr uint64_t kBitmapBitsMax = uint64_t{1} << 27;
// A plan is made anew when a size it was made for has changed by this factor.
constexpr double kReplanFactor = 10;

// A rule with the atom that is restricted to the delta, or none.
struct Version {
  uint32_t rule = 0;
  std::optional<uint32_t> delta_literal;
  std::unique_ptr<Body> body;
  std::unique_ptr<RunContext> context;
  std::unique_ptr<Pipeline> pipeline;
  std::vector<double> sizes;  // of the growing relations that the plan was made for
};

class StratumEvaluator {
 public:
  explicit StratumEvaluator(const StratumInput& input)
      : input_(input),
        program_(*input.program),
        stratum_(program_.strata[input.stratum]),
        growing_(program_.predicates.size()),
        numbers_(RuleNumbers(program_)) {}

  absl::Status Run() {
    MakeRelations();
    MakeVersions();
    MakeClosures();
    for (Version& version : versions_) {
      if (!version.delta_literal.has_value()) RETURN_IF_ERROR(RunVersion(&version, 1));
    }
    for (uint64_t round = 2;; ++round) {
      ASSIGN_OR_RETURN(const bool any, EndRound(round - 1));
      if (!any) break;
      RETURN_IF_ERROR(AccountBytes(round));
      for (Version& version : versions_) {
        if (version.delta_literal.has_value() && HasDelta(version)) {
          RETURN_IF_ERROR(RunVersion(&version, round));
        }
      }
    }
    Merge();
    return absl::OkStatus();
  }

 private:
  void MakeRelations() {
    const std::vector<ColumnRanges> ranges =
        FindRanges(program_, stratum_, *input_.relations, *input_.given);
    for (const PredicateId id : stratum_.predicates) {
      const auto& given = (*input_.given)[Index(id)];
      if (!IsDerived(program_, stratum_, id)) {
        (*input_.relations)[Index(id)] = given != nullptr ? given : Empty(id);
        continue;
      }
      std::vector<uint32_t> order(ranges[Index(id)].size());
      std::iota(order.begin(), order.end(), 0);
      Layout layout(ranges[Index(id)], &input_.interning->records);
      growing_[Index(id)] =
          std::make_unique<GrowingRelation>(std::move(layout), std::move(order), kBitmapBitsMax);
      if (given != nullptr) InsertGiven(*given, growing_[Index(id)].get());
    }
  }

  std::shared_ptr<const Relation> Empty(PredicateId id) const {
    return std::make_shared<const Relation>(program_.predicate(id).arity(),
                                            &input_.interning->records);
  }

  static void InsertGiven(const Relation& given, GrowingRelation* growing) {
    const Value zero(0);
    given.ForEach([&](TupleView values) {
      const Value* stored = values.empty() ? &zero : values.data();
      const uint32_t key = stored->bits() - growing->layout().range(0).base;
      const uint64_t code = growing->layout().Encode(stored + 1);
      growing->Insert(&key, &code, 1, Origin{});
      return true;
    });
  }

  // One version a rule without atoms of this stratum, else one for each such atom.
  void MakeVersions() {
    for (const uint32_t rule : stratum_.rules) {
      const Body body = Normalize(program_.rules[rule].body, program_.rules[rule].variable_kinds);
      bool recursive = false;
      for (uint32_t i = 0; i < body.literals.size(); ++i) {
        if (body.literals[i].kind != Literal::Kind::kAtom) continue;
        if (growing_[Index(body.literals[i].atom.predicate)] == nullptr) continue;
        recursive = true;
        AddVersion(rule, i, body);
      }
      if (!recursive) AddVersion(rule, std::nullopt, body);
    }
  }

  void AddVersion(uint32_t rule, std::optional<uint32_t> delta_literal, const Body& body) {
    const Rule& written = program_.rules[rule];
    Version version;
    version.rule = rule;
    version.delta_literal = delta_literal;
    version.body = std::make_unique<Body>(body);
    version.context = MakeContext(NameOf(program_, written.text, written.span, input_.stratum));
    versions_.push_back(std::move(version));
  }

  std::unique_ptr<RunContext> MakeContext(std::string where) const {
    auto context = std::make_unique<RunContext>();
    context->interning = input_.interning;
    context->budget = input_.budget;
    context->where = std::move(where);
    return context;
  }

  AtomSource SourceOf(const Atom& atom) const {
    AtomSource source;
    source.growing = growing_[Index(atom.predicate)].get();
    if (source.growing == nullptr)
      source.relation = (*input_.relations)[Index(atom.predicate)].get();
    return source;
  }

  bool HasDelta(const Version& version) const {
    const Literal& literal = version.body->literals[*version.delta_literal];
    const GrowingRelation& growing = *growing_[Index(literal.atom.predicate)];
    return growing.delta_begin() < growing.visible();
  }

  absl::Status RunVersion(Version* version, uint64_t round) {
    RunContext& context = *version->context;
    context.round = round;
    RETURN_IF_ERROR(context.Spend(0));
    if (version->pipeline == nullptr || IsOutdated(*version)) Plan(version);
    version->pipeline->input().rows = 1;
    return version->pipeline->Run();
  }

  // The sizes that a plan depends on and that change between rounds.
  std::vector<double> SizesFor(const Version& version) const {
    std::vector<double> sizes;
    for (uint32_t i = 0; i < version.body->literals.size(); ++i) {
      const Literal& literal = version.body->literals[i];
      if (literal.kind != Literal::Kind::kAtom) continue;
      const auto& growing = growing_[Index(literal.atom.predicate)];
      if (growing == nullptr) continue;
      const uint32_t begin = version.delta_literal == i ? growing->delta_begin() : 0;
      sizes.push_back(static_cast<double>(growing->visible() - begin) + 1);
    }
    return sizes;
  }

  bool IsOutdated(const Version& version) const {
    const std::vector<double> sizes = SizesFor(version);
    // A single atom leaves nothing to order anew.
    if (version.body->literals.size() < 3) return false;
    for (size_t i = 0; i < sizes.size(); ++i) {
      if (sizes[i] > kReplanFactor * version.sizes[i]) return true;
      if (version.sizes[i] > kReplanFactor * sizes[i]) return true;
    }
    return false;
  }

  void Plan(Version* version) {
    const Rule& rule = program_.rules[version->rule];
    PipelineRequest request;
    request.body = version->body.get();
    request.source_of = [this, version](const Atom& atom, uint32_t literal) {
      AtomSource source = SourceOf(atom);
      source.delta = source.growing != nullptr && version->delta_literal == literal;
      return source;
    };
    for (const Term& argument : rule.head.arguments) CollectVariables(argument, &request.needed);
    request.first = version->delta_literal;
    request.context = version->context.get();
    auto sink = std::make_unique<HeadSink>(rule.head, numbers_[version->rule],
                                           growing_[Index(rule.head.predicate)].get(),
                                           version->context.get());
    version->sizes = SizesFor(*version);
    version->pipeline = BuildPipeline(request, std::move(sink));
  }

  void MakeClosures() {
    for (const PredicateId id : stratum_.predicates) {
      if (!program_.predicate(id).eqrel) continue;
      closure_contexts_.push_back(
          MakeContext(absl::StrCat("the equivalence relation ", program_.predicate(id).name)));
      equivalences_.emplace_back(growing_[Index(id)].get(), closure_contexts_.back().get());
    }
    for (const uint32_t index : stratum_.subsumptions) {
      const Subsumption& written = program_.subsumptions[index];
      subsumptions_.push_back(std::make_unique<SubsumptionStep>(
          written, growing_[Index(written.dominated.predicate)].get(),
          [this](const Atom& atom) { return SourceOf(atom); },
          MakeContext(NameOf(program_, written.text, written.span, input_.stratum))));
    }
  }

  // Ends a round; whether it derived anything.
  absl::StatusOr<bool> EndRound(uint64_t round) {
    for (size_t i = 0; i < equivalences_.size(); ++i) {
      closure_contexts_[i]->round = round;
      RETURN_IF_ERROR(equivalences_[i].Close());
    }
    bool any = false;
    for (const auto& growing : growing_) {
      if (growing == nullptr) continue;
      growing->NextRound();
      any = any || growing->delta_begin() < growing->visible();
    }
    if (any) RETURN_IF_ERROR(Subsume(round));
    return any;
  }

  // All that is dominated goes at once: facts that dominate each other do not stay because one was
  // looked at first.
  absl::Status Subsume(uint64_t round) {
    std::vector<std::vector<uint32_t>> dominated(program_.predicates.size());
    for (size_t i = 0; i < subsumptions_.size(); ++i) {
      const Subsumption& written = program_.subsumptions[stratum_.subsumptions[i]];
      RETURN_IF_ERROR(
          subsumptions_[i]->Find(round, &dominated[Index(written.dominated.predicate)]));
    }
    for (size_t predicate = 0; predicate < dominated.size(); ++predicate) {
      for (const uint32_t row : dominated[predicate]) {
        if (!growing_[predicate]->IsRemoved(row)) growing_[predicate]->Remove(row);
      }
    }
    return absl::OkStatus();
  }

  absl::Status AccountBytes(uint64_t round) {
    uint64_t held = 0;
    for (const auto& growing : growing_) held += growing == nullptr ? 0 : growing->bytes();
    input_.budget->SpendBytes(held - held_);  // wraps around to a return when less is held now
    held_ = held;
    return input_.budget->Check(absl::StrCat("stratum ", input_.stratum), round);
  }

  void Merge() {
    for (const PredicateId id : stratum_.predicates) {
      if (growing_[Index(id)] == nullptr) continue;
      auto relation = std::make_shared<const Relation>(program_.predicate(id).arity(),
                                                       growing_[Index(id)]->Finish());
      input_.budget->SpendBytes(relation->bytes());
      (*input_.relations)[Index(id)] = std::move(relation);
    }
    input_.budget->ReturnBytes(held_);
  }

  const StratumInput& input_;
  const Program& program_;
  const Stratum& stratum_;
  std::vector<std::unique_ptr<GrowingRelation>> growing_;  // by predicate; null outside the stratum
  std::vector<uint8_t> numbers_;
  std::vector<Version> versions_;
  std::vector<std::unique_ptr<RunContext>> closure_contexts_;  // of equivalences_
  std::vector<EquivalenceClosure> equivalences_;
  std::vector<std::unique_ptr<SubsumptionStep>> subsumptions_;
  uint64_t held_ = 0;  // bytes accounted to the budget
};

}  // namespace

bool IsDerived(const Program& program, const Stratum& stratum, PredicateId id) {
  if (program.predicate(id).eqrel) return true;
  const auto heads = [&](uint32_t rule) { return program.rules[rule].head.predicate == id; };
  const auto subsumes = [&](uint32_t s) {
    return program.subsumptions[s].dominated.predicate == id;
  };
  return std::any_of(stratum.rules.begin(), stratum.rules.end(), heads) ||
         std::any_of(stratum.subsumptions.begin(), stratum.subsumptions.end(), subsumes);
}

absl::Status EvaluateStratum(const StratumInput& input) { return StratumEvaluator(input).Run(); }

}  // namespace cartograph::rules
