#include "teasel/study/environment.hpp"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <gnu/libc-version.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <torch/version.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>
#include <vector>

#include "teasel/core/options.hpp"
#include "teasel/core/version.hpp"

namespace teasel {
namespace fs = std::filesystem;
namespace {

// The text after "key" and a separator in the first such line; empty where there is none.
std::string line_value(std::istream& in, const std::string& key, char separator) {
  for (std::string line; std::getline(in, line);)
    if (line.starts_with(key)) {
      const size_t at = line.find(separator);
      if (at == std::string::npos) continue;
      std::string value = line.substr(at + 1);
      std::erase(value, '"');
      return value.substr(std::min(value.find_first_not_of(" \t"), value.size()));
    }
  return {};
}

std::string line_value(const fs::path& file, const std::string& key, char separator) {
  std::ifstream in(file);
  return line_value(in, key, separator);
}

std::string first_line(const fs::path& file) {
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  return line;
}

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

// Those of the instruction sets that matter to the speed here.
std::string vector_instructions() {
  const std::string flags = " " + line_value("/proc/cpuinfo", "flags", ':') + " ";
  std::string out;
  for (auto* flag : {"avx2", "fma", "f16c", "avx512f", "avx512bw", "avx512vl", "avx512_vnni", "avx512_bf16",
                     "avx512_fp16", "amx_tile", "amx_bf16", "amx_int8"})
    if (flags.find(" " + std::string(flag) + " ") != std::string::npos)
      out += (out.empty() ? "" : " ") + std::string(flag);
  return out;
}

// The lines of libtorch's own description that begin with a word: "MKL", "oneDNN", ...
std::string torch_part(const std::string& word) {
  std::istringstream in(at::show_config());
  for (std::string line; std::getline(in, line);)
    if (const size_t at = line.find("- " + word); at != std::string::npos) return line.substr(at + 2);
  return {};
}

// Graphics cards, from the files of their driver: no library of theirs is needed.
std::string graphics_cards() {
  std::string out;
  std::error_code none;
  for (auto& card : fs::directory_iterator("/proc/driver/nvidia/gpus", none)) {
    const std::string model = line_value(card.path() / "information", "Model", ':');
    if (!model.empty()) out += (out.empty() ? "" : ", ") + model;
  }
  return out;
}

// A batch system's number of this job.
std::string job() {
  for (auto* name : {"SLURM_JOB_ID", "PBS_JOBID", "LSB_JOBID", "JOB_ID"})
    if (const std::string id = variable(name); !id.empty()) return id;
  return {};
}

std::string now() {
  const std::time_t time = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm utc{};
  gmtime_r(&time, &utc);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc)};
}

double gib(int64_t bytes) { return static_cast<double>(bytes >> 20) / 1024; }

// The order and the words of a page.
const std::vector<std::pair<std::string, std::string>> titles{{"started", "begun"},
                                                              {"teasel", "teasel"},
                                                              {"revision", "revision"},
                                                              {"compiler", "compiler"},
                                                              {"libtorch", "libtorch"},
                                                              {"blas", "linear algebra"},
                                                              {"dnn", "convolutions"},
                                                              {"host", "machine"},
                                                              {"job", "job"},
                                                              {"system", "system"},
                                                              {"kernel", "kernel"},
                                                              {"c_library", "C library"},
                                                              {"architecture", "architecture"},
                                                              {"processor", "processor"},
                                                              {"vector_instructions", "vector instructions"},
                                                              {"cores", "processor threads"},
                                                              {"processor_quota", "processor quota (us per us)"},
                                                              {"threads", "threads used"},
                                                              {"memory_gib", "memory (GiB)"},
                                                              {"memory_limit_gib", "memory limit (GiB)"},
                                                              {"graphics_cards", "graphics cards"},
                                                              {"graphics_driver", "graphics driver"},
                                                              {"deterministic", "deterministic operations asked for"},
                                                              {"openmp", "OpenMP settings"}};

}  // namespace

Value environment() {
  Value out{Value::Table{}};
  auto set = [&](const char* key, std::string value) {
    if (!value.empty()) out.set(key, Value(std::move(value)));
  };
  set("started", now());
  set("teasel", std::string(version()));
  set("revision", std::string(revision()));
  set("compiler", "g++ " __VERSION__);
  set("libtorch", TORCH_VERSION);
  set("blas", torch_part("Intel(R) oneAPI Math Kernel Library"));
  set("dnn", torch_part("Intel(R) MKL-DNN"));
  if (utsname names; uname(&names) == 0) {
    set("host", names.nodename);
    set("kernel", names.release);
    set("architecture", names.machine);
  }
  set("job", job());
  set("system", line_value("/etc/os-release", "PRETTY_NAME", '='));
  set("c_library", std::string("glibc ") + gnu_get_libc_version());
  set("processor", line_value("/proc/cpuinfo", "model name", ':'));
  set("vector_instructions", vector_instructions());
  out.set("cores", static_cast<int64_t>(std::thread::hardware_concurrency()));
  if (const std::string quota = first_line("/sys/fs/cgroup/cpu.max"); !quota.starts_with("max"))
    set("processor_quota", quota);
  out.set("threads", static_cast<int64_t>(at::get_num_threads()));
  const auto memory = static_cast<int64_t>(sysconf(_SC_PHYS_PAGES)) * sysconf(_SC_PAGE_SIZE);
  if (memory > 0) out.set("memory_gib", gib(memory));
  if (const int64_t limit = std::atoll(first_line("/sys/fs/cgroup/memory.max").c_str()); limit > 0)
    out.set("memory_limit_gib", gib(limit));
  set("graphics_cards", graphics_cards());
  set("graphics_driver", line_value("/proc/driver/nvidia/version", "NVRM version", ':'));
  out.set("deterministic", at::globalContext().deterministicAlgorithms());
  for (auto* name : {"OMP_NUM_THREADS", "OMP_WAIT_POLICY", "OMP_PROC_BIND", "KMP_AFFINITY"})
    if (const std::string value = variable(name); !value.empty())
      set("openmp", out.text_at("openmp") + (out.find("openmp") ? " " : "") + name + "=" + value);
  return out;
}

Table environment_table(const Value& environment) {
  Table table;
  table.columns = {{""}, {""}};
  const auto* entries = environment.as<Value::Table>();
  if (!entries) return table;
  const auto add = [&](const std::string& title, const Value& value) {
    const auto* text = value.as<std::string>();
    table.rows.push_back({title, text ? *text : to_json(value)});
  };
  for (auto& [key, title] : titles)
    if (const Value* value = environment.find(key)) add(title, *value);
  for (auto& [key, value] : *entries)
    if (std::ranges::find(titles, key, &std::pair<std::string, std::string>::first) == titles.end()) add(key, value);
  return table;
}

std::string hash_of_data(const Dataset& data) {
  const DataSpec& spec = data.spec();
  std::vector<int64_t> index;
  const int64_t count = std::min<int64_t>(256, spec.size);
  for (int64_t i = 0; i < count; ++i) index.push_back(i * (spec.size - 1) / std::max<int64_t>(count - 1, 1));
  std::string text = std::to_string(spec.size);
  for (auto& factor : spec.factors) text += " " + factor.name + " " + std::to_string(factor.classes());
  for (size_t f = 0; f < spec.fields.size(); ++f) {
    std::vector<std::byte> bytes(index.size() * static_cast<size_t>(spec.fields[f].bytes()));
    data.gather(index, f, {}, bytes);
    text += " " + spec.fields[f].name + " ";
    text.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  }
  return hash_of_bytes(text);
}

int64_t peak_memory() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<int64_t>(usage.ru_maxrss) * 1024;
}

// Packages alone (intel-rapl:0): what is below them (intel-rapl:0:1) is counted in them.
EnergyMeter::EnergyMeter(std::string folder) {
  std::error_code none;
  for (auto& entry : fs::directory_iterator(folder, none)) {
    const std::string name = entry.path().filename().string();
    const std::string energy = first_line(entry.path() / "energy_uj"),
                      range = first_line(entry.path() / "max_energy_range_uj");
    if (std::ranges::count(name, ':') == 1 && !energy.empty())
      counters_[entry.path().string()] = {std::atof(energy.c_str()), std::atof(range.c_str())};
  }
}

void EnergyMeter::update() {
  for (auto& [path, counter] : counters_) {
    const std::string energy = first_line(fs::path(path) / "energy_uj");
    if (energy.empty()) continue;
    const double now = std::atof(energy.c_str());
    taken_ += now - counter.last + (now < counter.last ? counter.range : 0);
    counter.last = now;
  }
}

std::optional<double> EnergyMeter::joules() const {
  return counters_.empty() ? std::nullopt : std::optional(taken_ / 1e6);
}

}  // namespace teasel
