#include "rules/run.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "rules/fact_file.h"

namespace cartograph::rules {
namespace {

// The parameters of an `.input` or `.output`, understood.
struct Transfer {
  std::string filename;  // "" for the default
  FactFileFormat format;
  bool to_stdout = false;
  bool size_only = false;
};

absl::Status NotSupported(const Predicate& predicate, absl::string_view key,
                          absl::string_view value) {
  return absl::InvalidArgumentError(absl::StrCat("the parameter ", key, " = \"", value,
                                                 "\" of the directive of ", predicate.name,
                                                 " is not supported"));
}

// Applies one parameter; false when it is not understood.
bool Apply(absl::string_view key, const std::string& value, bool input, Transfer* transfer) {
  if (key == "filename" || key == "name") {
    transfer->filename = value;
  } else if (key == "delimiter") {
    transfer->format.delimiter = value;
  } else if (key == "headers" || key == "rfc4180") {
    (key == "headers" ? transfer->format.headers : transfer->format.rfc4180) = value == "true";
  } else if (key == "IO" && (value == "stdout" || value == "stdoutprintsize") && !input) {
    transfer->to_stdout = true;
    transfer->size_only = value == "stdoutprintsize";
  } else {
    return key == "IO" && value == "file";
  }
  return true;
}

absl::StatusOr<Transfer> Understand(const Directive& directive, const Predicate& predicate) {
  Transfer transfer;
  bool has_delimiter = false;
  for (const auto& [key, value] : directive.parameters) {
    has_delimiter = has_delimiter || key == "delimiter";
    if (!Apply(key, value, directive.kind == Directive::Kind::kInput, &transfer)) {
      return NotSupported(predicate, key, value);
    }
  }
  if (transfer.format.rfc4180 && !has_delimiter) {
    transfer.format.delimiter = ",";
  }
  if (transfer.format.delimiter.empty()) {
    return NotSupported(predicate, "delimiter", "");
  }
  return transfer;
}

std::string PathIn(const std::string& folder, const Transfer& transfer, const std::string& name) {
  return (std::filesystem::path(folder) / (transfer.filename.empty() ? name : transfer.filename))
      .string();
}

absl::StatusOr<std::vector<Rows>> ReadInputs(const Program& program, const RunOptions& options) {
  std::vector<Rows> given;
  for (const Directive& directive : program.directives) {
    if (directive.kind != Directive::Kind::kInput) {
      continue;
    }
    const Predicate& predicate = program.predicate(directive.predicate);
    ASSIGN_OR_RETURN(const Transfer transfer, Understand(directive, predicate));
    const std::string path =
        PathIn(options.facts_dir, transfer, absl::StrCat(predicate.name, ".facts"));
    ASSIGN_OR_RETURN(Rows rows, ReadFactFile(path, directive.predicate, transfer.format, program));
    given.push_back(std::move(rows));
  }
  return given;
}

void PrintSize(const Model& model, PredicateId id, std::ostream* out) {
  *out << model.program().predicate(id).name << '\t' << model.relation(id).size() << '\n';
}

absl::Status Write(const Model& model, const Directive& directive, const RunOptions& options,
                   std::ostream* out) {
  const Predicate& predicate = model.program().predicate(directive.predicate);
  ASSIGN_OR_RETURN(const Transfer transfer, Understand(directive, predicate));
  if (transfer.size_only) {
    PrintSize(model, directive.predicate, out);
    return absl::OkStatus();
  }
  if (transfer.to_stdout || options.output_dir == "-") {
    *out << "---------------\n" << predicate.name << "\n===============\n";
    WriteFacts(model, directive.predicate, transfer.format, out);
    *out << "===============\n";
    return absl::OkStatus();
  }
  const std::string path =
      PathIn(options.output_dir, transfer, absl::StrCat(predicate.name, ".csv"));
  std::ofstream file(path, std::ios::binary);
  WriteFacts(model, directive.predicate, transfer.format, &file);
  file.close();
  return file ? absl::OkStatus()
              : absl::UnavailableError(
                    absl::StrCat("cannot write ", path, ": ", std::strerror(errno)));
}

absl::Status CheckLimitSize(const Model& model, const Directive& directive) {
  const Predicate& predicate = model.program().predicate(directive.predicate);
  for (const auto& [key, value] : directive.parameters) {
    uint64_t limit = 0;
    if (key != "n" || !absl::SimpleAtoi(value, &limit)) {
      return NotSupported(predicate, key, value);
    }
    if (const size_t size = model.relation(directive.predicate).size(); size > limit) {
      return absl::ResourceExhaustedError(absl::StrCat(
          predicate.name, " has ", size, " facts, more than its .limitsize n = ", limit));
    }
  }
  return absl::OkStatus();
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
