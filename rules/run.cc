#include "rules/run.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "rules/analysis/io_parameters.h"
#include "rules/fact_file.h"

namespace cartograph::rules {
namespace {

std::string PathIn(const std::string& folder, const IoParameters& parameters,
                   const std::string& name) {
  return (std::filesystem::path(folder) /
          (parameters.filename.empty() ? name : parameters.filename))
      .string();
}

absl::StatusOr<std::vector<Rows>> ReadInputs(const Program& program, const RunOptions& options) {
  std::vector<Rows> given;
  for (const Directive& directive : program.directives) {
    if (directive.kind != Directive::Kind::kInput) {
      continue;
    }
    const Predicate& predicate = program.predicate(directive.predicate);
    const IoParameters parameters = UnderstandParameters(directive.parameters, predicate.arity());
    const std::string path =
        PathIn(options.facts_dir, parameters, absl::StrCat(predicate.name, ".facts"));
    ASSIGN_OR_RETURN(Rows rows, ReadFactFile(path, directive.predicate, parameters, program));
    given.push_back(std::move(rows));
  }
  return given;
}

void PrintSize(const Model& model, PredicateId id, std::ostream* out) {
  *out << model.program().predicate(id).name << '\t' << model.relation(id).size() << '\n';
}

void Print(const Model& model, PredicateId id, const IoParameters& parameters, std::ostream* out) {
  const Predicate& predicate = model.program().predicate(id);
  *out << "---------------\n" << predicate.name << '\n';
  if (parameters.headers) WriteHeader(predicate, parameters, out);
  *out << "===============\n";
  WriteFacts(model, id, parameters, out);
  *out << "===============\n";
}

absl::Status WriteFile(const Model& model, PredicateId id, const IoParameters& parameters,
                       const std::string& path) {
  std::ofstream file(path, std::ios::binary);
  if (parameters.headers) WriteHeader(model.program().predicate(id), parameters, &file);
  WriteFacts(model, id, parameters, &file);
  file.close();
  return file ? absl::OkStatus()
              : absl::UnavailableError(
                    absl::StrCat("cannot write ", path, ": ", std::strerror(errno)));
}

absl::Status Write(const Model& model, const Directive& directive, const RunOptions& options,
                   std::ostream* out) {
  using Target = IoParameters::Target;
  const Predicate& predicate = model.program().predicate(directive.predicate);
  const IoParameters parameters = UnderstandParameters(directive.parameters, predicate.arity());
  if (parameters.target == Target::kStdoutSize) {
    PrintSize(model, directive.predicate, out);
    return absl::OkStatus();
  }
  if (parameters.target == Target::kStdout ||
      (options.output_dir == "-" && parameters.target == Target::kDefault)) {
    Print(model, directive.predicate, parameters, out);
    return absl::OkStatus();
  }
  const std::string folder = options.output_dir == "-" ? "." : options.output_dir;
  return WriteFile(model, directive.predicate, parameters,
                   PathIn(folder, parameters, absl::StrCat(predicate.name, ".csv")));
}

absl::Status CheckLimitSize(const Model& model, const Directive& directive) {
  const Predicate& predicate = model.program().predicate(directive.predicate);
  const uint64_t limit = UnderstandParameters(directive.parameters, predicate.arity()).size_max;
  const size_t size = model.relation(directive.predicate).size();
  if (size <= limit) return absl::OkStatus();
  return absl::ResourceExhaustedError(
      absl::StrCat(predicate.name, " has ", size, " facts, more than its .limitsize n = ", limit));
}

absl::Status Carry(const Model& model, const Directive& directive, const RunOptions& options,
                   std::ostream* out) {
  switch (directive.kind) {
    case Directive::Kind::kInput:
      return absl::OkStatus();
    case Directive::Kind::kOutput:
      return Write(model, directive, options, out);
    case Directive::Kind::kPrintSize:
      PrintSize(model, directive.predicate, out);
      return absl::OkStatus();
    case Directive::Kind::kLimitSize:
      return CheckLimitSize(model, directive);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status RunProgram(const std::shared_ptr<const Program>& program, const RunOptions& options,
                        base::Budget* budget, std::ostream* out) {
  ASSIGN_OR_RETURN(std::vector<Rows> given, ReadInputs(*program, options));
  ASSIGN_OR_RETURN(const std::shared_ptr<const Model> model,
                   Evaluate(program, std::move(given), budget, options.evaluate));
  for (const Directive& directive : program->directives) {
    RETURN_IF_ERROR(Carry(*model, directive, options, out));
  }
  return absl::OkStatus();
}

}  // namespace cartograph::rules
