#include "rules/engine/stratum_run.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "base/status.h"
#include "rules/engine/head_sink.h"
#include "rules/engine/rule_names.h"

namespace cartograph::rules {
namespace {

// A plan is made anew when a size it was made for has changed by this factor.
constexpr double kReplanFactor = 10;

// By position in the order `to`: where that column stands in the order `from`.
std::vector<uint32_t> PlacesOf(const std::vector<uint32_t>& to, const std::vector<uint32_t>& from) {
  std::vector<uint32_t> places;
  for (const uint32_t column : to) {
    const auto at = std::find(from.begin(), from.end(), column);
    places.push_back(static_cast<uint32_t>(at - from.begin()));
  }
  return places;
}

}  // namespace

struct StratumRun::Version {
  uint32_t rule = 0;
  std::optional<uint32_t> delta_literal;
  std::optional<Driver> driver;
  uint32_t base = 0;  // with a driver: the value at distance 0 of the window
  std::unique_ptr<Body> body;
  std::unique_ptr<RunContext> context;
  std::unique_ptr<Pipeline> pipeline;
  std::vector<double> sizes;  // of the growing relations that the plan was made for
};

StratumRun::StratumRun(const StratumInput& input,
                       const std::vector<std::optional<GrowingShape>>& shapes,
                       const std::vector<uint32_t>& rules,
                       const std::vector<std::optional<Driver>>& drivers)
    : input_(input),
      program_(*input.program),
      stratum_(program_.strata[input.stratum]),
      where_(absl::StrCat("stratum ", input.stratum)),
      growing_(program_.predicates.size()),
      numbers_(RuleNumbers(program_)) {
  for (size_t i = 0; i < shapes.size(); ++i) {
    if (!shapes[i].has_value()) continue;
    growing_[i] = std::make_unique<GrowingRelation>(shapes[i]->layout, shapes[i]->order,
                                                    shapes[i]->bitmap_bits_max);
    all_growing_.push_back(growing_[i].get());
  }
  MakeVersions(rules, drivers);
  MakeClosures();
}

StratumRun::~StratumRun() { input_.budget->ReturnBytes(held_); }

void StratumRun::Reset(uint32_t first, uint32_t last) {
  window_first_ = first;
  window_last_ = last;
  for (GrowingRelation* growing : all_growing_) growing->Reset(first, last);
}

void StratumRun::Insert(PredicateId id, const Table& table) {
  GrowingRelation& growing = *growing_[Index(id)];
  const Layout& layout = growing.layout();
  CHECK(table.order()[0] == growing.order()[0]);
  const std::vector<uint32_t> places = PlacesOf(growing.order(), table.order());
  Tuple stored(layout.columns());
  Tuple moved(layout.columns());
  const KeyWindow window =
      KeyWindow::Of(table, layout.range(0).base + window_first_, window_last_ - window_first_);
  for (TableCursor at(table, window); at.NextGroup();) {
    const uint32_t key = at.key() - layout.range(0).base;
    uint32_t row = at.first_row();
    ForEachCode(at.codes(), at.rows(), table.code_bytes(), [&](uint64_t code) {
      table.layout().DecodeAll(code, stored.data() + 1);
      for (size_t i = 1; i < moved.size(); ++i) moved[i] = stored[places[i]];
      const uint64_t encoded = layout.Encode(moved.data() + 1);
      growing.Insert(&key, &encoded, 1, table.OriginAt(at.page(), row++));
    });
  }
}

absl::Status StratumRun::Run() {
  for (Version& version : versions_) {
    if (!version.delta_literal.has_value()) RETURN_IF_ERROR(Begin(&version));
  }
  for (uint64_t round = 2;; ++round) {
    ASSIGN_OR_RETURN(const bool any, EndRound(round - 1));
    if (!any) return absl::OkStatus();
    RETURN_IF_ERROR(AccountBytes(round));
    for (Version& version : versions_) {
      if (version.delta_literal.has_value() && HasDelta(version))
        RETURN_IF_ERROR(RunVersion(&version, round));
    }
  }
}

void StratumRun::MakeVersions(const std::vector<uint32_t>& rules,
                              const std::vector<std::optional<Driver>>& drivers) {
  for (const uint32_t rule : rules) {
    const Body body = Normalize(program_.rules[rule].body, program_.rules[rule].variable_kinds);
    bool recursive = false;
    for (uint32_t i = 0; i < body.literals.size(); ++i) {
      if (body.literals[i].kind != Literal::Kind::kAtom) continue;
      if (growing_[Index(body.literals[i].atom.predicate)] == nullptr) continue;
      recursive = true;
      AddVersion(rule, i, std::nullopt, body);
    }
    if (!recursive)
      AddVersion(rule, std::nullopt, drivers.empty() ? std::nullopt : drivers[rule], body);
  }
}

void StratumRun::AddVersion(uint32_t rule, std::optional<uint32_t> delta_literal,
                            const std::optional<Driver>& driver, const Body& body) {
  const Rule& written = program_.rules[rule];
  Version version;
  version.rule = rule;
  version.delta_literal = delta_literal;
  version.driver = driver;
  version.base = growing_[Index(written.head.predicate)]->layout().range(0).base;
  version.body = std::make_unique<Body>(body);
  version.context = MakeContext(NameOf(program_, written.text, written.span, input_.stratum));
  versions_.push_back(std::move(version));
}

void StratumRun::MakeClosures() {
  for (const PredicateId id : stratum_.predicates) {
    if (!program_.predicate(id).eqrel || growing_[Index(id)] == nullptr) continue;
    closure_contexts_.push_back(MakeContext(
        absl::StrCat("the equivalence relation ", program_.predicate(id).name, " (", where_, ")")));
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

std::unique_ptr<RunContext> StratumRun::MakeContext(std::string where) const {
  auto context = std::make_unique<RunContext>();
  context->interning = input_.interning;
  context->budget = input_.budget;
  context->where = std::move(where);
  return context;
}

AtomSource StratumRun::SourceOf(const Atom& atom) const {
  AtomSource source;
  source.growing = growing_[Index(atom.predicate)].get();
  if (source.growing == nullptr) source.relation = (*input_.relations)[Index(atom.predicate)].get();
  return source;
}

bool StratumRun::HasDelta(const Version& version) const {
  const Literal& literal = version.body->literals[*version.delta_literal];
  const GrowingRelation& growing = *growing_[Index(literal.atom.predicate)];
  return growing.delta_begin() < growing.visible();
}

// What a rule without recursion does in the first round.
absl::Status StratumRun::Begin(Version* version) {
  if (seeds_ == nullptr) return RunVersion(version, 1);
  const auto seed = seeds_->find(version->rule);
  if (seed == seeds_->end()) return RunVersion(version, 1);
  if (seed->second != nullptr) Insert(program_.rules[version->rule].head.predicate, *seed->second);
  return absl::OkStatus();
}

absl::Status StratumRun::RunVersion(Version* version, uint64_t round) {
  RunContext& context = *version->context;
  context.round = round;
  RETURN_IF_ERROR(context.Spend(0));
  if (version->pipeline == nullptr || IsOutdated(*version)) Plan(version);
  if (TableScan* driver = version->pipeline->driver(); driver != nullptr) {
    driver->SetWindow(version->base + window_first_, window_last_ - window_first_);
  }
  version->pipeline->input().rows = 1;
  return version->pipeline->Run();
}

// The sizes that a plan depends on and that change between rounds.
void StratumRun::SizesFor(const Version& version, std::vector<double>* sizes) const {
  sizes->clear();
  for (uint32_t i = 0; i < version.body->literals.size(); ++i) {
    const Literal& literal = version.body->literals[i];
    if (literal.kind != Literal::Kind::kAtom) continue;
    const auto& growing = growing_[Index(literal.atom.predicate)];
    if (growing == nullptr) continue;
    const uint32_t begin = version.delta_literal == i ? growing->delta_begin() : 0;
    // Between sizes of less than a batch no order is worth another plan.
    sizes->push_back(std::max<double>(growing->visible() - begin, kBatchRows));
  }
}

bool StratumRun::IsOutdated(const Version& version) {
  // One step behind the delta leaves nothing to order anew.
  if (version.body->literals.size() < 3) return false;
  SizesFor(version, &sizes_);
  for (size_t i = 0; i < sizes_.size(); ++i) {
    if (sizes_[i] > kReplanFactor * version.sizes[i]) return true;
    if (version.sizes[i] > kReplanFactor * sizes_[i]) return true;
  }
  return false;
}

void StratumRun::Plan(Version* version) {
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
  if (version->driver.has_value()) {
    request.first = version->driver->literal;
    request.scan_column = version->driver->column;
  }
  request.context = version->context.get();
  auto sink = std::make_unique<HeadSink>(rule.head, numbers_[version->rule],
                                         growing_[Index(rule.head.predicate)].get(),
                                         version->context.get());
  SizesFor(*version, &version->sizes);
  version->pipeline = BuildPipeline(request, std::move(sink));
}

// Ends a round; whether it derived anything.
absl::StatusOr<bool> StratumRun::EndRound(uint64_t round) {
  for (size_t i = 0; i < equivalences_.size(); ++i) {
    closure_contexts_[i]->round = round;
    RETURN_IF_ERROR(equivalences_[i].Close());
  }
  bool any = false;
  for (GrowingRelation* growing : all_growing_) {
    growing->NextRound();
    any = any || growing->delta_begin() < growing->visible();
  }
  if (any && !subsumptions_.empty()) RETURN_IF_ERROR(Subsume(round));
  return any;
}

// All that is dominated goes at once: facts that dominate each other do not stay because one was
// looked at first.
absl::Status StratumRun::Subsume(uint64_t round) {
  std::vector<std::vector<uint32_t>> dominated(program_.predicates.size());
  for (size_t i = 0; i < subsumptions_.size(); ++i) {
    const Subsumption& written = program_.subsumptions[stratum_.subsumptions[i]];
    RETURN_IF_ERROR(subsumptions_[i]->Find(round, &dominated[Index(written.dominated.predicate)]));
  }
  for (size_t predicate = 0; predicate < dominated.size(); ++predicate) {
    for (const uint32_t row : dominated[predicate]) {
      if (!growing_[predicate]->IsRemoved(row)) growing_[predicate]->Remove(row);
    }
  }
  return absl::OkStatus();
}

absl::Status StratumRun::AccountBytes(uint64_t round) {
  uint64_t held = 0;
  for (const GrowingRelation* growing : all_growing_) held += growing->bytes();
  if (held != held_)
    input_.budget->SpendBytes(held - held_);  // wraps around to a return when less is held now
  held_ = held;
  return input_.budget->Check(where_, round);
}

}  // namespace cartograph::rules
