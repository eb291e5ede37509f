#include "kb/base_model.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "base/status.h"
#include "kb/entity_plan.h"

namespace cartograph::kb {
namespace {

// Reads entities one by one into rows.
class Loader {
 public:
  Loader(const EntitySchema& schema, const EntityFacts& facts, const rules::Program& program)
      : schema_(schema), facts_(facts), program_(program), row_of_(program.predicates.size(), -1) {
    loaded_.live.resize(schema.kinds().size());
  }

  absl::Status Add(absl::string_view name, absl::string_view bytes) {
    ASSIGN_OR_RETURN(v1::Entity entity, ParseEntity(name, bytes));
    const EntityKind* kind = schema_.KindOf(name);
    if (kind == nullptr) {
      return absl::DataLossError(
          absl::StrCat(name, " is stored and of no kind that this program knows"));
    }
    if (!entity.has_delete_time()) {
      ++loaded_.live[static_cast<size_t>(kind - schema_.kinds().data())];
    }
    ASSIGN_OR_RETURN(std::vector<rules::Fact> facts,
                     facts_.Facts(entity, program_, program_.interning.get()));
    for (const rules::Fact& fact : facts) {
      rules::Rows& rows = RowsOf(fact.predicate);
      rows.values.insert(rows.values.end(), fact.values.begin(), fact.values.end());
    }
    return absl::OkStatus();
  }

  BaseFacts Take() { return std::move(loaded_); }

 private:
  rules::Rows& RowsOf(rules::PredicateId id) {
    int& row = row_of_[rules::Index(id)];
    if (row < 0) {
      row = static_cast<int>(loaded_.rows.size());
      loaded_.rows.push_back({.predicate = id});
    }
    return loaded_.rows[static_cast<size_t>(row)];
  }

  const EntitySchema& schema_;
  const EntityFacts& facts_;
  const rules::Program& program_;
  std::vector<int> row_of_;  // by predicate: index in loaded_.rows, or -1
  BaseFacts loaded_;
};

}  // namespace

absl::StatusOr<BaseFacts> LoadBaseFacts(const EntityView& view, const EntitySchema& schema,
                                        const EntityFacts& facts, const rules::Program& program) {
  Loader loader(schema, facts, program);
  absl::Status status;
  RETURN_IF_ERROR(view.ForEachEntity("", "", [&](absl::string_view name, absl::string_view bytes) {
    status = loader.Add(name, bytes);
    return status.ok();
  }));
  RETURN_IF_ERROR(status);
  return loader.Take();
}

std::vector<rules::Rows> BaseRows(const rules::Model& model, const EntitySchema& schema,
                                  const rules::Program& program) {
  std::vector<rules::Rows> all;
  for (const BaseRelation& relation : schema.relations()) {
    std::optional<rules::PredicateId> from = model.program().Find(relation.name);
    std::optional<rules::PredicateId> to = program.Find(relation.name);
    CHECK(from.has_value() && to.has_value());
    rules::Rows rows{.predicate = *to};
    model.relation(*from).ForEachGiven([&](rules::TupleView values) {
      rows.values.insert(rows.values.end(), values.begin(), values.end());
      return true;
    });
    all.push_back(std::move(rows));
  }
  return all;
}

std::shared_ptr<const rules::Model> OverlayModel(const rules::Model& model,
                                                 std::shared_ptr<rules::Interning> overlay) {
  auto program = std::make_shared<rules::Program>(model.program());
  program->interning = overlay;
  std::vector<std::shared_ptr<const rules::Relation>> relations;
  for (size_t i = 0; i < program->predicates.size(); ++i) {
    relations.push_back(model.shared_relation(static_cast<rules::PredicateId>(i)));
  }
  return std::make_shared<rules::Model>(std::move(program), std::move(overlay),
                                        std::move(relations));
}

}  // namespace cartograph::kb
