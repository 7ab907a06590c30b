%% SPDX-FileCopyrightText: sweet contributors
%% SPDX-License-Identifier: BSD-3-Clause

%% The cases in Erlang/OTP. Speaks what protocol.hpp says, through the wrapper bench_erlang.
-module(bench).
-export([main/0]).

%% A name, what prepares the first round, and what runs a round: it takes the size and what it was left by the
%% preparation or the round before, and returns the result and what it leaves.
cases() ->
    [{"restart", fun restart:start/0, fun restart:round/2},
     {"restart_quiet", fun restart:start_quiet/0, fun restart:round/2},
     {"events_single", fun nothing/0, stateless(fun events:single/1)},
     {"events_fan", fun nothing/0, stateless(fun events:fan/1)},
     {"events_join", fun nothing/0, stateless(fun events:join/1)},
     {"ping_pong", fun nothing/0, stateless(fun events:ping_pong/1)},
     {"remote_call", fun calls:start/0, fun calls:one_by_one/2},
     {"remote_call_64", fun calls:start/0, calls:window(64)},
     {"remote_call_1000", fun calls:start/0, calls:window(1000)}].

nothing() -> none.

stateless(Run) -> fun(Size, none) -> {Run(Size), none} end.

main() ->
    case init:get_plain_arguments() of
        ["--cases"] -> [io:format("~s~n", [Name]) || {Name, _, _} <- cases()];
        [Name, _, Size] -> serve(lists:keyfind(Name, 1, cases()), list_to_integer(Size));
        _ -> serve(false, none)
    end,
    halt(0).

serve({_, Prepare, Run}, Size) -> rounds(Run, Size, Prepare());
serve(false, _) ->
    io:format(standard_error, "expected: CASE THREADS SIZE, or --cases~n", []),
    halt(2).

%% Runs one round per line of stdin and answers each.
rounds(Run, Size, State) ->
    case io:get_line("") of
        eof -> ok;
        _ ->
            Start = erlang:monotonic_time(nanosecond),
            {Result, Left} = Run(Size, State),
            Spent = erlang:monotonic_time(nanosecond) - Start,
            io:format("{\"ns\":~b,\"result\":~b}~n", [Spent, Result]),
            rounds(Run, Size, Left)
    end.
