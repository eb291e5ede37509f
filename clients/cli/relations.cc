#include "clients/cli/relations.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "clients/cli/entity_names.h"
#include "clients/cli/error_report.h"
#include "clients/cli/value_text.h"

namespace cartograph::clients {
namespace {

bool HoldsNumbers(const v1::Column& column) {
  return column.kind() == v1::VALUE_KIND_NUMBER ||
         column.kind() == v1::VALUE_KIND_UNSIGNED_NUMBER ||
         column.kind() == v1::VALUE_KIND_FLOAT_NUMBER;
}

std::vector<TableColumn> HeadsOf(const Columns& columns) {
  std::vector<TableColumn> heads;
  for (const v1::Column& column : columns) {
    bool text = column.kind() == v1::VALUE_KIND_SYMBOL && column.collections().empty();
    heads.push_back({absl::AsciiStrToUpper(column.name()), HoldsNumbers(column), text});
  }
  return heads;
}

std::string JsonOf(const v1::Value& value) {
  switch (value.kind_case()) {
    case v1::Value::kNumber:
    case v1::Value::kUnsignedNumber:
      return ValueText(value);
    case v1::Value::kFloatNumber:  // JSON has no infinity and no NaN
      return std::isfinite(value.float_number()) ? ValueText(value) : JsonString(ValueText(value));
    default:
      return JsonString(ValueText(value));
  }
}

bool IsGiven(const std::vector<v1::ColumnFilter>& given, const v1::Column& column) {
  for (const v1::ColumnFilter& filter : given) {
    if (filter.column() == column.name()) {
      return true;
    }
  }
  return false;
}

int NameColumn(const Columns& columns, const std::vector<v1::ColumnFilter>& given) {
  for (int i = 0; i < columns.size(); ++i) {
    if (columns[i].collections_size() > 0 && !IsGiven(given, columns[i])) {
      return i;
    }
  }
  return -1;
}

bool HoldsEntities(const Columns& columns, absl::string_view name) {
  for (const v1::Column& column : columns) {
    if (column.name() == name) {
      return column.collections_size() > 0;
    }
  }
  return false;
}

}  // namespace

absl::StatusOr<v1::PredicateInfo> FindPredicate(const std::string& name,
                                                const v1::ReadOptions& read, Session& session) {
  ASSIGN_OR_RETURN(Client * client, session.client());
  v1::ListPredicatesRequest request;
  *request.mutable_read() = read;
  ASSIGN_OR_RETURN(auto response, client->Call(&v1::FactService::Stub::ListPredicates, request));
  for (v1::PredicateInfo& predicate : *response.mutable_predicates()) {
    if (predicate.name() == name) {
      return std::move(predicate);
    }
  }
  v1::ListFactsRequest unknown;  // the server knows the nearest name
  unknown.set_predicate(name);
  unknown.set_page_size(1);
  *unknown.mutable_read() = read;
  absl::Status refused = client->Call(&v1::FactService::Stub::ListFacts, unknown).status();
  if (refused.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("there is no predicate ", name));
  }
  return WithAdvice(refused, "`cartograph facts` lists the predicates.");
}

absl::StatusOr<RowPrinter> RowPrinter::Make(Columns columns,
                                            const std::vector<v1::ColumnFilter>& given,
                                            absl::string_view list_field, Session* session) {
  int name_column = NameColumn(columns, given);
  if (session->format() == OutputFormat::kName && name_column < 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("-o name: no open column holds entities in ", ColumnsText(columns)));
  }
  Printer printer = session->MakePrinter(HeadsOf(columns), list_field);
  return RowPrinter(std::move(columns), name_column, std::move(printer), session);
}

RowPrinter::RowPrinter(Columns columns, int name_column, Printer printer, Session* session)
    : columns_(std::move(columns)),
      name_column_(name_column),
      printer_(std::move(printer)),
      session_(session) {}

void RowPrinter::Add(const google::protobuf::RepeatedPtrField<v1::Value>& values,
                     const google::protobuf::Message& message) {
  Item item;
  item.message = &message;
  std::vector<std::pair<std::string, std::string>> members;
  for (int i = 0; i < std::min(values.size(), columns_.size()); ++i) {
    item.cells.push_back(ValueText(values[i]));
    members.emplace_back(columns_[i].name(), JsonOf(values[i]));
  }
  item.cells.resize(static_cast<size_t>(columns_.size()));
  item.json = JsonObject(members);
  if (name_column_ >= 0) {
    item.name = item.cells[static_cast<size_t>(name_column_)];
  }
  printer_.Add(item);
}

absl::Status CheckGivenEntities(const std::vector<v1::ColumnFilter>& given, const Columns& columns,
                                const v1::ReadOptions& read, Session& session) {
  ASSIGN_OR_RETURN(Client * client, session.client());
  for (const v1::ColumnFilter& filter : given) {
    if (!HoldsEntities(columns, filter.column())) {
      continue;
    }
    v1::GetEntityRequest request;
    request.set_name(filter.value().symbol());
    *request.mutable_read() = read;
    absl::Status status = client->Call(&v1::EntityService::Stub::GetEntity, request).status();
    if (!status.ok()) {
      return WithNearestName(status, {request.name()}, session);
    }
  }
  return absl::OkStatus();
}

}  // namespace cartograph::clients
