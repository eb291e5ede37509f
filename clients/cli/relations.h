// Relations as commands meet them: the columns of a predicate or question, and its rows.

#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cartograph/v1/fact_service.pb.h"
#include "cartograph/v1/question_service.pb.h"
#include "clients/cli/atom_argument.h"
#include "clients/cli/session.h"

namespace cartograph::clients {

// What is known of the predicate called `name`. INVALID_ARGUMENT, in the server's words, when there
// is none.
absl::StatusOr<v1::PredicateInfo> FindPredicate(const std::string& name,
                                                const v1::ReadOptions& read, Session& session);

// Prints rows of one relation: a column each in a table; objects by column name in JSON; in the
// format `name` the entities of the first column that holds any and is not among `given`.
class RowPrinter {
 public:
  // `list_field` is the field of the answer that holds the rows. INVALID_ARGUMENT for -o name when
  // no column holds names.
  static absl::StatusOr<RowPrinter> Make(Columns columns,
                                         const std::vector<v1::ColumnFilter>& given,
                                         absl::string_view list_field, Session* session);

  // `message` is the row as the answer has it.
  void Add(const google::protobuf::RepeatedPtrField<v1::Value>& values,
           const google::protobuf::Message& message);
  absl::Status Finish() { return session_->Finish(&printer_); }

  size_t rows() const { return printer_.items(); }

 private:
  RowPrinter(Columns columns, int name_column, Printer printer, Session* session);

  Columns columns_;
  int name_column_;  // -1: none
  Printer printer_;
  Session* session_;
};

// NOT_FOUND when an entity among `given` does not exist: an answer without rows is then a slip of
// the pen.
absl::Status CheckGivenEntities(const std::vector<v1::ColumnFilter>& given, const Columns& columns,
                                const v1::ReadOptions& read, Session& session);

}  // namespace cartograph::clients
